"""The language server, `rasp lsp`: what an editor asks about programs, answered over the Language Server Protocol.

Needs the extra `rasp-lang[lsp]`. Two things are kept off the loop that answers the editor. Texts are parsed in a thread
(`analysis.py`), and programs run in a process of their own, which is killed when it takes too long, or when the next
edit arrives (`evaluator.py`, `worker.py`).
"""
