"""The endpoints of the simulated API, one file per subject."""
