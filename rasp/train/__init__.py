"""Trains standard transformers by gradients on what a program answers, or on examples.

`settings` (what is trained, and how), `memory` (how much it takes), `sampling` (random inputs), `answers` (labels of
inputs), `inputs` (training, validation and test inputs), `gradients` (what needs PyTorch, imported when a training
begins), `checkpoint` (a training in a file), `events` and `interrupts` (progress, and Ctrl-C), `measure` (accuracy),
`attention` (heads compared with selectors), `results`, `report_text` and `plots` (the report), `training_run` (all).

To train in another way, begin at `gradients/loop.py`; to train another kind of model, at `gradients/encoder.py`. The
programs that `rasp.learning` trains are `discrete`, and come from `gradients/constrained_loop.py`.
"""

from rasp.base.packages import explain_call
from rasp.errors import NotCallable

explain_call(__name__, "train(vocab=…, max_length=…)", NotCallable)
