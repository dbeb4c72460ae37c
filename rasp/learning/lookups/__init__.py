"""Programs for vocabularies of thousands of words: classes of words, reads by heads, sums of look-ups.

`vectors.py` makes word vectors of the training text, `variables.py` classes of words, `reads.py` what heads can read,
`fitting.py` the weights of a sum of look-ups, `selecting.py` which reads are taken, `writing.py` the program's text.
`method.py` puts them together.
"""
