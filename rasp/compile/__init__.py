"""Graph, vocabulary and length to the weights of a transformer, and the proof that both compute the same.

`compiled(plan, …)` in `compiler.py` is the entry; what leaves is a `Network`, which `proof.py` compares with the
engine. The steps stand in this order: `heads` and `patterns`, `value_codes` and `tables`, `domain` (what can occur),
`layout` (what is stored, and where), `steps` (feed-forwards), `weights` (the matrices), `subspaces` (their names).
"""
