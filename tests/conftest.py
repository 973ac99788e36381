"""Hypothesis without a stop watch, the same examples each time for the checks of a change; and garbage left alone.

Linear algebra has one thread: with several workers on a machine its threads do little but wait for each other.
"""

import gc
import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("RECALL_CI")),
)
settings.load_profile("unhurried")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported
gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """What is imported by now stays to the end; looking through it for garbage took a fifth of all tests' time."""
    gc.collect()
    gc.freeze()
