"""A company that works with Odoo: what its people and its readers do."""
