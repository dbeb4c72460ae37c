"""Programs as graphs of immutable nodes. Names are not part of a graph, and equal programs are the same object.

An elementwise operator is declared in `operators.py`, once for the whole project.
"""
