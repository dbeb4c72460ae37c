"""Measures what was learned, and reports it."""
