"""The schemas that editors are given accept what recall reads, and refuse what it reports."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from recall.decks import json_schema
from recall.decks.curriculum import load_curriculum
from recall.decks.folders import CURRICULUM_FILE, SOURCES_FILE, deck_files
from recall.environment import bundled_decks
from tests.decks.test_standard import GOOD


@cache
def validator(name: str) -> Draft202012Validator:
    topics = load_curriculum(bundled_decks() / CURRICULUM_FILE).topics
    schemas = {
        "deck": json_schema.deck_schema(),
        "deck with topics": json_schema.deck_schema(topics),
        CURRICULUM_FILE: json_schema.curriculum_schema(),
        SOURCES_FILE: json_schema.sources_schema(),
    }
    Draft202012Validator.check_schema(schemas[name])
    return Draft202012Validator(schemas[name])


def read(text: str) -> Any:
    """A YAML text as an editor reads it: numbers are numbers."""
    return yaml.load(text, yaml.CSafeLoader)


def faults(name: str, document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(document)]


@pytest.mark.parametrize("name", ["deck", "deck with topics"])
def test_the_bundled_decks_are_valid(name: str) -> None:
    found = {path.name: faults(name, read(path.read_text("utf-8"))) for path in _bundled()}
    assert {name: problems for name, problems in found.items() if problems} == {}


def _bundled() -> list[Any]:
    return list(deck_files(bundled_decks()))


@pytest.mark.parametrize("name", [CURRICULUM_FILE, SOURCES_FILE])
def test_the_registries_are_valid(name: str) -> None:
    assert faults(name, read((bundled_decks() / name).read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "card",
    [
        "{front: 3, back: 2026-11}",
        "{front: q, back: no, reverse: yes, difficulty: 3, tags: why, source: [a, b]}",
        "{cloze: '{{c1::x}}', more: null}",
        "{drill: {name: matrix-product, ask: choice, n: 3}}",
        "{id: 007, front: {zh: 甲, en: a}, back: {zh: 乙}}",
    ],
)
def test_what_yaml_makes_of_a_text_is_accepted(card: str) -> None:
    assert faults("deck", read(f"cards: [{card}]")) == []


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        ("$: ", "topic: la.svd", "colour: red"),
        ("$.cards[0]: ", "  difficulty: 2", "  colour: 2"),
        ("$.cards[0].difficulty: ", "difficulty: 2", "difficulty: 6"),
        ("$.cards[0].id: ", "id: la.svd-01", "id: a b"),
        ("$.cards[0]: ", "front:", "question:"),
        ("$.cards[1].choices[0]: ", "correct: true", "right: true"),
        ("$.cards[2].steps: ", "[$A$, $B$, $C$]", "A"),
        ("$.cards[0].front: ", "zh: 为什么", "fr: 为什么"),
    ],
)
def test_what_recall_reports_is_refused_at_its_place(place: str, before: str, after: str) -> None:
    assert before in GOOD
    assert faults("deck", read(GOOD)) == []
    assert faults("deck", read(GOOD.replace(before, after, 1)))[0].startswith(place)


def test_a_topic_of_no_curriculum_is_refused_only_where_topics_are_given() -> None:
    document = read(GOOD.replace("topic: la.svd", "topic: la.nothing"))
    assert faults("deck", document) == []
    assert faults("deck with topics", document)[0].startswith("$.topic: ")


def test_every_field_is_described() -> None:
    schema = json_schema.deck_schema()
    for part in (schema, *schema["$defs"].values()):
        assert all(field["description"] for field in part["properties"].values())
