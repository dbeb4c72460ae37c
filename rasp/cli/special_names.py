"""Special names of programs on the command line."""

STANDARD_INPUT = "<stdin>"  # its name in messages

LIBRARY = "stdlib"  # stands for the whole library
