"""A real site: what is wrong with reaching it, and what it really speaks."""
