"""Hypothesis without a stop watch; the checks of a change try the same examples each time."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("RECALL_CI")),
)
settings.load_profile("unhurried")
