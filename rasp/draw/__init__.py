"""Drawings of a computation on one input: a `Flow` goes in, text, SVG, HTML or DOT comes out."""
