"""Runs programs: evaluates syntax trees to values and graph nodes, with scopes, functions and `load`.

`machine` evaluates statements and expressions, by the `operations` and `builtins` on `values`, in a `scope`. `prelude`
has the outermost scopes, `files` finds programs, `library` and `stdlib` know those that are shipped. `resolve` checks
names without running a program, and `occurrences` says what each name refers to.
"""
