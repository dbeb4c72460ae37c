"""Works out which transformer a program needs: its layers, its heads, and a report of both.

`plan` is the entry: it makes tasks of the program's normal forms (`normal`), and places them in layers by `schedule`. A
placement is a `problem` in numbers; `bounds`, `list_scheduling`, `anneal` and `search` solve it. `report` describes a
plan in the user's names (`naming`), `sublayers` finds the order of attention and feed-forwards, and `masks` restricts
attention.
"""

from rasp.base.packages import explain_call
from rasp.errors import NotCallable

explain_call(__name__, "architecture()", NotCallable)
