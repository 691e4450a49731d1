"""The files that the demo company keeps beside its systems: ledger, exports, logs, surveys."""
