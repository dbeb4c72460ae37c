"""Works out which transformer a program needs: its layers, its heads, and a report of both."""

from rasp.base.packages import explain_call
from rasp.errors import NotCallable

explain_call(__name__, "architecture()", NotCallable)
