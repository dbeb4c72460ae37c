"""Transformers, compiled or made in another way: weights, forward pass, files, and exports to other libraries.

Each exporter is a module and a row of the table in `exporters.py`.
"""
