"""The verb `demo`: the product itself on a simulated account, with a word between its steps."""
