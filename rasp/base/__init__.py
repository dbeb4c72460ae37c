"""What every room uses: limits, diagnostics, text, numerals, progress, data files, files written whole."""
