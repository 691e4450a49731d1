"""Making one company of what several systems say: people, deals, customers, costs."""
