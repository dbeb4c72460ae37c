"""`python -m rasp`: the same as the command `rasp`."""

import sys

from rasp.cli import main

sys.exit(main())
