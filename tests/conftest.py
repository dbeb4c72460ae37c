"""How much the random tests try: HYPOTHESIS_PROFILE is `default` (always the same) or `long` (much, and always new)."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

MORE = 10  # how many times as many examples the long runs try

settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile(
    "long",
    deadline=None,
    max_examples=100 * MORE,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "default")
settings.load_profile(PROFILE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a long run, tests that name a number of examples try more of them, too."""
    if PROFILE != "long":
        return
    tests = {item.obj for item in items if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj)}
    for test in tests:
        function = getattr(test, "__func__", test)
        own = getattr(
            function, "_hypothesis_internal_use_settings", None
        )  # what @settings left; there is no public way
        if own is not None and own.max_examples != settings.default.max_examples:
            function._hypothesis_internal_use_settings = settings(own, max_examples=own.max_examples * MORE)
