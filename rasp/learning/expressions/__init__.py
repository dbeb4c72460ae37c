"""Expressions: what a search computes with, on batches of inputs, and what an expression costs."""
