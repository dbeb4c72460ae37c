"""Services for editors and prompts: completion, completeness, documentation, signatures, highlighting.

The REPL asks this room. A language server would, too, as a room beside `rasp.repl`.
"""
