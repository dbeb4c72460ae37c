"""Services for editors and prompts: completion, completeness, documentation, signatures, highlighting.

The REPL, the language server and notebooks use them.
"""
