"""A real Odoo 19 for tests: installed once, then cloned and started within seconds."""
