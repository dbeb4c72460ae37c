"""Notebooks: IPython cells that begin with `%%rasp`."""
