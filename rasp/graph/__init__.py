"""What a transformer sees of a program: immutable nodes, where equal programs are equal objects."""
