"""Works out which transformer a program needs: its layers, its heads, and a report of both.

`plan.py` is the entry: it makes tasks of the program's normal forms (`normal.py`), and places them in layers by
`schedule.py`. `problem.py` has the problem in numbers; `bounds.py`, `list_scheduling.py`, `anneal.py` and
`branch_and_bound.py` solve it. `report.py` describes a plan in the user's names (`naming.py`), `sublayers.py` finds the
order of attention and feed-forwards, and `masks.py` restricts attention.
"""

from rasp.base.packages import explain_call
from rasp.errors import NotCallable

explain_call(__name__, "architecture()", NotCallable)
