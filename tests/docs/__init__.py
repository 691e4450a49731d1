"""What the documentation says, tried out."""
