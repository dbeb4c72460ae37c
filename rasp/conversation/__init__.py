"""A conversation without a terminal: `:` commands and the results of statements, for REPL, pipe and notebook.

`colon_commands.py` has the table of commands.
"""
