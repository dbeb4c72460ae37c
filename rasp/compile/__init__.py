"""Graph, vocabulary and length to the weights of a transformer, and the proof that both compute the same.

`compiled(plan, …)` in `compiler.py` is the entry; what leaves is a `Transformer`, which `proof.py` compares with the
engine. Every module says which step it is; they stand in this order: `columns`, `tables`, `patterns`, `domain` (what can
occur), `layout` (what is stored, and where), `steps` (feed-forwards), `weights` (the matrices), `transformer`.
"""
