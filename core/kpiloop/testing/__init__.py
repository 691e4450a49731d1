"""What authors of connectors and plugins test theirs with."""
