"""Cin7 Core invoices and credit notes as GP payables documents."""
