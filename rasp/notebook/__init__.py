"""The notebook front: IPython cells that begin with `%%rasp`."""
