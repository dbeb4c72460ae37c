"""Learning of programs: finds the RASP program behind examples, as graph nodes and as text.

Examples come in through `reading`, `rows`, `tables` and `teachers` (as `data`); `core` learns from them by one of the
`methods`, and makes the `report`. There are three methods:

- `search` looks for programs, which are `expressions`: by enumeration (`levels`) with the rules of `rules`, then by
  `annealing`. `to_graph` turns the program into graph nodes; `text`, `phrases`, `names` and `page` write its text.
- `lookups` makes programs for vocabularies of thousands of words.
- `gradient_search`, with the other modules `gradient…`, trains programs with PyTorch.

To add a rule of inference, write a module in `rules`, and add a row to a table there. To add a method, begin at
`methods`; to change what a search runs, at `search`.
"""
