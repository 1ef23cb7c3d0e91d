"""gp-cin7-bridge."""
