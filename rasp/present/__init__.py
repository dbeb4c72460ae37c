"""Presents nodes and values to users: names, sequences, text, HTML, explanations."""
