"""Tree to graph: values, scopes, functions, load."""
