"""The ledger: what kpiloop did, said and wrote; small, durable, readable while a pull runs."""
