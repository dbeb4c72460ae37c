"""A conversation without a terminal: commands that begin with ':', and the results of statements."""
