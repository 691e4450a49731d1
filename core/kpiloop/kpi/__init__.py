"""The KPI contract: measures over resolved tables, and KPIs as formulas of them."""
