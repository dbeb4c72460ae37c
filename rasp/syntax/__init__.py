"""Parses program text to syntax trees, explains syntax errors, warns, and prints trees and texts in one layout.

- Reading: `parser` and `reader` take text, `lexer` makes tokens, `automaton` parses them, and `builder` makes the nodes
  of the `tree`. `tables`, `loading` and `build` are about the parser tables.
- Errors: `messages` explains them by the rules of `spelling` and `habits`; `recovery` finds where the next statement
  begins. `prompts` strips copied conversations.
- Warnings: `grouping`, which `bracketing` mends, and `rebinding`.
- Writing: `formatting` lays out a text and `printer` a tree, both as `words`, by `settling`, `layout` and `page`.
"""
