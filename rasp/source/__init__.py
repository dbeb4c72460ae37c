"""Graph to program text, and back: for other processes, for messages, for programs that are made."""
