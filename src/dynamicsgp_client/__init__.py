"""dynamicsgp-client."""
