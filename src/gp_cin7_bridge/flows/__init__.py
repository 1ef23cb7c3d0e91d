"""Flows read both sides and decide; they write nothing."""
