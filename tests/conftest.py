"""How much the random tests try: HYPOTHESIS_PROFILE is `default` (half, and always the same), `new` (half, and always
new, as in .ci/run) or `long` (much, and always new)."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARES = {"default": 0.5, "new": 0.5, "long": 3}  # how many of the examples that a test names are tried
USUAL = 100  # for a test that names no number
SETTINGS = "_hypothesis_internal_use_settings"  # where @settings leaves its own; there is no public way to change them

# The garbage collector would often walk the thousands of tests while they are collected.
gc.set_threshold(20_000, 25, 50)

# What runs in the background of a shell script ignores Ctrl-C, and so do the processes that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests start hundreds of processes. Where no bytecode is to lie beside the sources, each would compile them anew.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / ".pytest_cache" / "bytecode")

# Each process of the tests would have a BLAS thread for each core, and these wait for each other by spinning: at small
# matrices that takes more time than the products. NumPy, which is imported later than this file, reads the numbers.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "default")
UNNAMED = round(USUAL * SHARES[PROFILE])
settings.register_profile("default", deadline=None, derandomize=True, max_examples=UNNAMED)
settings.register_profile(
    "new",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=UNNAMED,
)
settings.register_profile("long", settings.get_profile("new"))
settings.load_profile(PROFILE)


@pytest.fixture
def full_disk() -> Path:
    """A file on a disk that is always full."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    return full


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Looks for tests alone in this folder: it is the package that has doctests."""
    return [each for each in (yield) if type(each) is pytest.Module]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that name a number of examples try the profile's share of them."""
    tests = {item.obj for item in items if isinstance(item, pytest.Function)}
    for test in tests:
        function = getattr(test, "__func__", test)
        own = getattr(function, SETTINGS, None)
        if own is not None and own.max_examples != UNNAMED:
            setattr(function, SETTINGS, settings(own, max_examples=round(own.max_examples * SHARES[PROFILE])))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: the tests of terminals, browsers and servers wait for these."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1


def pytest_collection_finish() -> None:
    """Lets the garbage collector pass over the thousands of collected tests, which stay to the end."""
    gc.freeze()
