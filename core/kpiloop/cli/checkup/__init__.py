"""What `kpiloop doctor` looks at, one file for each part of a project; nothing is changed."""
