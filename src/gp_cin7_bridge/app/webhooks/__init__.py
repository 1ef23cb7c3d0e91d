"""Cin7 Core's webhooks: subscriptions, what deliveries tell, and reading again what they are about."""
