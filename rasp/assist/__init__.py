"""What an editor or a prompt asks of a text: completion, completeness, documentation, signatures, highlighting."""
