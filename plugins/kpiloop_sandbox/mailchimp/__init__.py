"""A simulated Mailchimp: the endpoints that kpiloop uses, with state, limits and real errors.

    with Store() as store:
        store.load_audiences(audiences)
        with MailchimpSandbox(store, SandboxOptions(latency_ms=150)) as sandbox:
            ...  # any client, pointed at sandbox.api_url, with DEFAULT_KEY

How it hangs together, from the outside in: `server` runs `app`, which finds an endpoint of
`routes`, checks caller and connections with `account`, and answers with what `selection` leaves
of it. `store` keeps audiences, members and deliveries in SQLite; `shapes` are Mailchimp's JSON.
`control` is the back door for tests.
"""
