"""A project: what kpiloop.toml and the environment say, checked and frozen, one file a section."""
