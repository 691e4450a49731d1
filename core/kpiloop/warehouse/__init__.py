"""The warehouse: one DuckDB file with the records that were pulled and what was made of them."""
