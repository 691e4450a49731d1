"""What every simulated vendor is served with, whatever it simulates."""
