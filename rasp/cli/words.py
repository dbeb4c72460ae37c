"""Words of the command line that stand for something else than a file."""

STANDARD_INPUT = "<stdin>"  # how messages call it

LIBRARY = "stdlib"  # the word for the whole library
