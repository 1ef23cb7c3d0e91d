"""Typed verbs over Cin7 Core's resources; each has only what the service has."""
