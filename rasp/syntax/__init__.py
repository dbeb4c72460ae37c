"""Parses program text to syntax trees, explains syntax errors, warns, and prints trees and texts in one layout.

- Reading: `parser.py` and `reader.py` take text, `lexer.py` makes tokens, `automaton.py` parses them, and `builder.py`
  makes the nodes of `tree.py`. `parser_tables.py`, `loading.py` and `build.py` are about the parser tables.
- Errors: `messages.py` explains them by the rules of `spelling.py` and `habits.py`; `recovery.py` finds where the next
  statement begins. `prompts.py` strips the prompts of copied conversations.
- Warnings: `grouping.py`, whose findings `bracketing.py` mends, and `rebinding.py`.
- Writing: `formatting.py` lays out a text and `printer.py` a tree, both as the words of `words.py`, by `settling.py`,
  `layout.py` and `page.py`.
"""
