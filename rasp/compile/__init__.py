"""The compiler: makes the weights of a transformer from a graph, a vocabulary and a length, and proves them right.

`compile_plan` in `compiler.py` is the entry. It returns a `Network`, which `proof.py` compares with the engine. Read
the modules in this order: `heads` and `patterns` (attention patterns), `value_codes` and `value_tables` (values by
number), `domain` (what can occur at each position), `layout` (what the stream stores, and where), `steps`
(feed-forwards), `weights` (the matrices), `subspaces` (the names of dimensions).
"""

from rasp.base.packages import explain_call
from rasp.errors import NotCallable

explain_call(__name__, "compile(vocab=…, max_length=…)", NotCallable)
