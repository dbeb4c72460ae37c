"""The transformer that a program needs: graph nodes go in, layers, heads and reports come out."""
