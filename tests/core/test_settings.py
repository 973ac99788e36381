"""Review settings of a stage."""

from recall.core.settings import ReviewPolicy, ReviewSettings

GENERAL = ReviewSettings(desired_retention=0.85)
OWN = ReviewSettings(desired_retention=0.95)
POLICY = ReviewPolicy(GENERAL, {"probability": OWN})


def test_a_stage_with_settings_of_its_own_uses_them() -> None:
    assert POLICY.for_stage("probability") is OWN


def test_a_stage_without_settings_uses_the_general_ones() -> None:
    assert POLICY.for_stage("linear-algebra") is GENERAL


def test_an_item_outside_every_stage_uses_the_general_settings() -> None:
    assert POLICY.for_stage(None) is GENERAL
