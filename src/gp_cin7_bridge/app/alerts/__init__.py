"""Alerts: what a person should know of, told once to whoever is to know."""

from gp_cin7_bridge.app.alerts.watch import Watch as Watch
