"""Nodes and values as a user knows them: names, sequences, text, HTML, explanations."""
