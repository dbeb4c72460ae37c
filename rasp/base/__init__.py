"""Used by every room: limits, diagnostics, text on terminals, large ints, progress, data files, atomic writes."""
