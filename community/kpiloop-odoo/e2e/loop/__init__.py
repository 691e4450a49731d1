"""kpiloop on the company's Odoo, and what both then know."""
