"""Writes learned programs: names of definitions, comments, and the file."""
