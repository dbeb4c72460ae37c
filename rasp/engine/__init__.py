"""Evaluates a graph on inputs, with NumPy.

`evaluate(nodes, inputs)` is the entry point; `validate_input` checks and converts what a user gave. Internally the
values of an s-op on a batch of inputs are `Values`, and a selector is a bool array (batch, n, n). The caller gets a
`Column` for each s-op and input, and a matrix for each selector and input.

`plan` makes the steps of an evaluation, and `running` runs them on a batch. Elementwise operators are in `elementwise`,
`tables` and `exact`. Selectors of short inputs are matrices (`attention`, `dense_selectors`). Those of long ones stay
formulas (`long_inputs`, `lazy_selectors`), which are split into `terms` and counted by `key_sums` with the `methods`
of `joins` and `dominance`. `sizes` refuses what would be too large, by the `estimates`.
"""

from rasp.engine.evaluate import evaluate
from rasp.engine.inputs import validate_input
from rasp.engine.values import Column

__all__ = ["Column", "evaluate", "validate_input"]
