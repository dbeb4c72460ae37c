"""Evaluates a graph on inputs, with NumPy.

`evaluate(nodes, inputs)` is the entry point; `validate_input` checks and converts what a user gave. Internally the
values of an s-op on a batch of inputs are `Values`, and a selector is a bool array (batch, n, n). The caller gets a
`Column` for each s-op and input, and a matrix for each selector and input.

`plan.py` makes the steps of an evaluation, and `running.py` runs them on a batch. Elementwise operators are in
`elementwise.py`, `look_up_kernels.py` and `exact_elementwise.py`. Selectors of short inputs are matrices
(`attention.py`, `dense_selectors.py`). Those of long ones stay formulas (`long_inputs.py`, `lazy_selectors.py`): they
are split into terms (`terms.py`), which `key_sums.py` counts, each by a method of `joins.py` or `dominance.py` that
`methods.py` chooses. `sizes.py` refuses what would be too large, by `estimates.py`.
"""

from rasp.engine.evaluate import evaluate
from rasp.engine.inputs import validate_input
from rasp.engine.values import Column

__all__ = ["Column", "evaluate", "validate_input"]
