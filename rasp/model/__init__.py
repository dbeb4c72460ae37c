"""Transformers, compiled or made in another way: weights, forward pass, files, and exports to other libraries."""
