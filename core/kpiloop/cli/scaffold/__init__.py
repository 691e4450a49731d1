"""New packages for authors of plugins: their names, and the templates that they are made from."""
