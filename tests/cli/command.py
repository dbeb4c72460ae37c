"""`python command.py DESCRIPTOR ARGUMENT …` is as `python -m rasp ARGUMENT …`, by the process at a socket's other end.

For shells, which cannot send descriptors. Imports little, so that it starts at once.
"""

from __future__ import annotations

import json
import os
import socket
import sys

if __name__ == "__main__":
    report, theirs = os.pipe()
    request = {"arguments": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}
    with socket.socket(fileno=int(sys.argv[1])) as server:
        socket.send_fds(server, [json.dumps(request).encode()], [0, 1, 2, theirs])
    os.close(theirs)
    with os.fdopen(report) as lines:
        pid, status = map(int, lines)
    if status < 0:
        os.kill(os.getpid(), -status)
    sys.exit(status)
