"""Trains ordinary transformers by gradients on what a program answers, or on examples.

`settings` (what is trained, and how), `sampling` (random inputs), `answers` (labels of inputs), `inputs` (training,
validation and test inputs), `gradients` (what needs PyTorch, imported when a training begins), `checkpoint` (a training
in a file), `measure` (accuracy), `attention` (heads beside selectors), `report`, `plots`, `core` (all of it together).
"""
