"""Runs programs: evaluates syntax trees to values and graph nodes, with scopes, functions and `load`.

`machine.py` evaluates statements and expressions, with `operations.py` and `builtins.py`, on the values of `values.py`,
in the scopes of `scope.py`. `prelude.py` has the outermost scopes, `files.py` finds programs, `library.py` and
`stdlib.py` know those that are shipped. `resolve.py` checks names without running a program, and `occurrences.py` says
what each name refers to.
"""
