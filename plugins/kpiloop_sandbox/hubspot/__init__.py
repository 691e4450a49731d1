"""A simulated HubSpot: the endpoints that kpiloop uses, with state, limits and real errors.

    with Store() as store:
        store.load(objects)
        with HubspotSandbox(store, SandboxOptions(latency_ms=150)) as sandbox:
            ...  # any client, pointed at sandbox.base_url, with DEFAULT_TOKEN

How it hangs together, from the outside in: `server` runs `app`, which finds an endpoint of
`routes`, checks caller and limits with `account`, and answers. `edits` writes records, `searching`
finds them, `catalogue` defines their properties, `store` keeps it all in SQLite. `control` is the
back door for tests; `prepared` serves a benchmark.
"""
