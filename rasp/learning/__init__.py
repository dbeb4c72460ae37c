"""Learning of programs: finds the RASP program behind examples, as graph nodes and as text.

| folder | what is there |
|---|---|
| `examples` | data: read from files or Python values, checked, split |
| `expressions` | what a search computes with, on batches of inputs, and its prices; `to_graph` makes nodes |
| `enumeration` | the search for small vocabularies: candidates, cheapest first, `rules` for goals, and `annealing` |
| `lookups` | the method for text: programs of classes of words and look-ups |
| `writing` | the text of a learned program: names, comments, the file |
| `reporting` | accuracy, the choice among programs, the report |

Here are the request (`request`, `settings`), what is asked (`lessons`, `teachers`, `tasks`), the way from a request to
a report (`learning_loop`), the table of methods, and learning by gradients (`gradient` and what begins with it).

To add a rule, write a module in `enumeration/rules`, and add a row to a table there. To add a method of
learning, write a function from data and a request to what was found, and add a row to `methods`.
"""
