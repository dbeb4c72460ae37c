"""Text to tree: the grammar, the tree, the reader that gives statement by statement, the printer, the warnings."""
