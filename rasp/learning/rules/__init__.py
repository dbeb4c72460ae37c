"""Inverse rules: from what is wanted to what would give it.

Each rule is one module. A *split* turns a goal into smaller goals; a *finder* looks for a goal in the stream of
candidates. The table of both is in `rasp/learning/solving.py`.
"""
