"""The command `rasp`, and `python -m rasp`: starts the command line, and lets Ctrl-C end it quietly meanwhile."""

import gc
import sys

COLLECTION = 20_000  # objects made between two collections of garbage; Python's 700 would cost each start 5 %


def main() -> int:
    """Runs the command line; its exit status.

    While modules are imported, Ctrl-C ends the process as the system does, without a traceback. `rasp.cli` takes it
    over when there is something to interrupt.
    """
    gc.set_threshold(COLLECTION)
    try:
        import signal  # imported late: inside the `try`, as Ctrl-C may come while a start imports

        heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # and not ignored, as behind `nohup`
        if heard:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        from rasp.cli import main as run  # imported late: the system ends a start on Ctrl-C from here on

        status = run()
        if heard:  # Python has some things to do at its end
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    except KeyboardInterrupt:
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
