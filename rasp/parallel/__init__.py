"""Evaluates many inputs: in chunks, in this process or by the workers of an executor; and the decoder loop.

`SOp.batch` without an executor evaluates all inputs together (`Work.here`). Everything else that takes many inputs goes
through `streams`: `SOp.stream`, `batch` with an executor, `Session.generate_batch`, and the command line.
"""
