"""Computing KPIs: fused questions to the resolved tables, and formulas over their answers."""
