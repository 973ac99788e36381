"""What the curriculum says beside its topics: goals, tasks, resources and checkpoints, all in two languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from recall.decks.curriculum import load_curriculum

CURRICULUM = Path(__file__).parents[2] / "decks" / "curriculum.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(CURRICULUM.read_text("utf-8"))
STAGES: list[dict[str, Any]] = DOCUMENT["stages"]
TOPICS = load_curriculum(CURRICULUM).topics
TASKS = [(stage, task) for stage in STAGES for task in stage["practice"]]
ROADMAPS = {roadmap["key"] for roadmap in DOCUMENT["roadmaps"]}

HAN = re.compile(r"[\u3400-\u9fff]")
CHINESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""Characters, and the punctuation that goes with them."""


def texts() -> Iterator[tuple[str, dict[str, str]]]:
    """Every text that a learner may read, and where it stands."""
    for roadmap in DOCUMENT["roadmaps"]:
        yield f"roadmap {roadmap['key']}", roadmap["title"]
        for phase in roadmap["phases"]:
            yield from ((f"roadmap {roadmap['key']}", phase[field]) for field in ("name", "time"))
    for checkpoint in DOCUMENT["checkpoints"]:
        yield checkpoint["id"], checkpoint
    for stage in STAGES:
        yield stage["id"], stage
        yield from ((stage["id"], months) for months in stage["months"].values())
        yield from ((stage["id"], goal) for goal in stage["goals"])
        yield from ((task["id"], task) for task in stage["practice"])
        yield from ((topic["id"], topic) for topic in stage["topics"])
        for resource in stage["resources"]:
            yield from ((stage["id"], resource[field]) for field in ("title", "part", "note") if field in resource)


def test_every_text_has_both_languages() -> None:
    lacking = [
        (where, text) for where, text in texts() if not (text.get("zh", "").strip() and text.get("en", "").strip())
    ]
    assert lacking == []


def test_english_is_english() -> None:
    assert [(where, text["en"]) for where, text in texts() if CHINESE.search(text["en"])] == []


def test_chinese_is_chinese_but_for_names() -> None:
    """A name may be the same in both."""
    found = [(where, text["zh"]) for where, text in texts() if not HAN.search(text["zh"]) and text["zh"] != text["en"]]
    assert found == []


def test_a_task_has_an_id_of_its_own() -> None:
    for stage, task in TASKS:
        prefix = stage["topics"][0]["id"].partition(".")[0]
        assert re.fullmatch(rf"{prefix}\.task-[a-z0-9]+(-[a-z0-9]+)*", task["id"]), task["id"]
    repeated = [name for name, times in Counter(task["id"] for _, task in TASKS).items() if times > 1]
    assert not repeated


def test_every_topic_named_exists() -> None:
    named = [name for _, task in TASKS for name in task["topics"]]
    for checkpoint in DOCUMENT["checkpoints"]:
        named += [name for field in ("when_stuck_at", "test_of", "go_back_to") for name in checkpoint.get(field, ())]
    named += [name for topic in TOPICS.values() for name in topic.prerequisites]
    assert set(named) <= set(TOPICS)


def test_every_roadmap_named_exists() -> None:
    entries = [entry for stage in STAGES for field in ("goals", "practice", "resources") for entry in stage[field]]
    named = {name for entry in entries for name in entry.get("roadmaps", [entry.get("roadmap")]) if name}
    named |= {name for stage in STAGES for topic in stage["topics"] for name in topic["roadmaps"]}
    assert named <= ROADMAPS


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage["id"])
def test_resources_of_a_stage(stage: dict[str, Any]) -> None:
    resources = stage["resources"]
    assert all(("roadmap" in resource) != ("roadmaps" in resource) for resource in resources)
    addresses = [resource["url"] for resource in resources if "url" in resource]
    assert all(re.match(r"https?://[^\s/]+\.", address) for address in addresses)
    bare = Counter(re.sub(r"^https?://|/$", "", address) for address in addresses)
    assert [address for address, times in bare.items() if times > 1] == []


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage["id"])
def test_the_month_of_a_check_goes_with_what_was_found(stage: dict[str, Any]) -> None:
    for resource in stage["resources"]:
        assert "as_of" not in resource or (re.fullmatch(r"20\d\d-\d\d", resource["as_of"]) and "note" in resource)
