"""The version of this package; it has to equal that in `pyproject.toml`."""

VERSION = "0.1.0"
