"""kpiloop closes the loop of marketing numbers: pull, compute, write back."""
