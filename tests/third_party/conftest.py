"""The stranger's own tests run where the package is installed, and only there."""

collect_ignore = ["kpiloop_acme"]
