"""Graph and inputs to sequences and selections, on NumPy.

`evaluate(nodes, inputs)` is the entry; `validate_input` makes an input of what a user gave. Inside, an s-op on a batch
of inputs is a `Values`, a selector a bool array (batch, n, n); what leaves is one `Column` or matrix an input.
"""

from rasp.engine.evaluate import evaluate
from rasp.engine.inputs import validate_input
from rasp.engine.values import Column

__all__ = ["Column", "evaluate", "validate_input"]
