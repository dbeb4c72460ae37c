"""Examples: data to learn from, read from files or Python values, checked, and split into parts."""
