"""Deriving: the tables that plugins make of the resolved ones."""
