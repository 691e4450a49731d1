"""Which objects the org has and what their fields are."""
