"""Services for editors and prompts: completion, completeness, documentation, signatures, highlighting."""
