"""A simulated Salesforce org: the endpoints that kpiloop uses, with state, limits and real errors.

    with Store() as store:
        store.load("Lead", rows)
        with SalesforceSandbox(store, SandboxOptions(latency_ms=150)) as sandbox:
            ...  # any client, pointed at sandbox.base_url, with DEFAULT_TOKEN

How it hangs together, from the outside in: `server` runs `app`, which finds an endpoint of
`routes`, checks session and limits with `org`, and answers. `soql` reads a query and says it in
SQL, `queries` runs it, `edits` writes records, `bulk` keeps jobs, `catalogue` knows the objects
and their fields, `store` keeps the records in SQLite. `control` is the back door for tests.
"""
