"""The part of SOQL that readers of records use: read by `parse`, said in SQL by `compile`."""
