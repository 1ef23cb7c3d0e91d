"""Vendors and items: read both sides, compare, decide."""
