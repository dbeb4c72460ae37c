"""Runs programs: evaluates syntax trees to values and graph nodes, with scopes, functions and `load`."""
