"""A conversation without a terminal: `:` commands and the results of statements, for REPL, pipe and notebook."""
