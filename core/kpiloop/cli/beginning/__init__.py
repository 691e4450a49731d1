"""What `kpiloop init` needs: what it asks, what it proposes, what it writes."""
