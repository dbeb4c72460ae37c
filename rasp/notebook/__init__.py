"""Notebooks: cells that begin with '%%rasp'."""
