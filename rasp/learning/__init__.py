"""Learning of programs: finds the RASP program behind examples, as graph nodes and as text.

Examples come in through `reading`, `rows`, `tables` and `teachers` (as `data`); `core` learns from them and reports.
`search` looks for programs, which are `expressions`: by enumeration (`levels`) with the rules of `rules`, then by
`annealing`. `to_graph` turns the program into graph nodes; `text`, `words`, `names` and `page` write its text.

To add a rule of inference, write a module in `rules`, and add a row to a table there. To add another way to search,
begin at `search`, which decides what is run.
"""
