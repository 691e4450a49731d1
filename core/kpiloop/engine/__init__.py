"""What turns pulled records into numbers and numbers into written values."""
