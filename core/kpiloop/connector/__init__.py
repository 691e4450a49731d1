"""The connector contract: how pages are read from a vendor, and how values are written back."""
