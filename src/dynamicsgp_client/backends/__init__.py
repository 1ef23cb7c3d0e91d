"""How GP is reached."""
