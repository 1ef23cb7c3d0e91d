"""Goods receipts in GP: one module a mode, and what they share."""
