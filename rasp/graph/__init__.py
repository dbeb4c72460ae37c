"""Programs as graphs of immutable nodes. Names are not part of a graph, and equal programs are the same object."""
