"""Graph and inputs to sequences and selections, on NumPy."""
