"""A simulated HubSpot: the endpoints that kpiloop uses, with state, limits and real errors."""
