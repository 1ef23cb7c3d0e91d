"""cin7core-client."""
