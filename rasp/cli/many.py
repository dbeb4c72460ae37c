"""Runs a task on the inputs of the command line, with `--jobs` processes and progress on standard error."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from rasp.base.progress import listen
from rasp.cli.inputs import GivenInput, Inputs
from rasp.cli.output import flush, say
from rasp.cli.progress import Progress
from rasp.parallel.chunks import Chunk, Pace, input_size, split_into_chunks
from rasp.parallel.streams import map_chunks
from rasp.parallel.work import Work

if TYPE_CHECKING:
    from rasp.parallel.executors import Workers  # imported late: one process needs none of these


def map_inputs(
    work: Work, inputs: Inputs, pace: Pace, options: argparse.Namespace, noun: str
) -> Generator[list[tuple[GivenInput, tuple[Any, ...]]], None, None]:
    """Yields chunks of inputs with their outcomes, in order, from `--jobs` processes, which end with the generator.

    Shows progress, and flushes what the caller printed for a chunk before it yields the next one.
    """
    jobs = getattr(options, "jobs", None) or 1
    with Progress(noun, inputs.total) as progress, listen(progress.part), _workers(jobs, progress) as workers:
        done = 0
        lists = split_into_chunks(inputs, pace, lambda given: input_size(given.elements))
        chunks = (Chunk(given, [one.elements for one in given]) for given in lists)
        for given, outcomes in map_chunks(work, chunks, pace, workers):
            progress.clear()
            yield list(zip(given, outcomes.rows(), strict=True))
            flush()
            done += len(given)
            progress.advance(done, given[-1].end)


@contextlib.contextmanager
def _workers(jobs: int, progress: Progress) -> Iterator[Workers | None]:
    """Starts `jobs` processes and stops them at the end; None for one job, which runs in this process."""
    if jobs == 1:
        yield None
        return
    from rasp.parallel.executors import Workers  # imported late: one process needs none of these
    from rasp.parallel.processes import Pool

    def report(text: str) -> None:
        progress.clear()
        say(f"rasp: {text}", file=sys.stderr, flush=True)

    with Pool(jobs) as pool:
        yield Workers(pool, report)
