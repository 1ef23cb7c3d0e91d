"""Cin7 Core goods receipts as GP journals or receivings."""
