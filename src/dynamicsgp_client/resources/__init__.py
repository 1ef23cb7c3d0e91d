"""Typed verbs over GP's resources; each has only what the service has."""
