"""The cycle: pull, resolve, compute, publish, plan and apply, each step booked in the ledger."""
