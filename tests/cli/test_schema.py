"""`schema`: what editors are given."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program import Program

PUBLISHED = Path(__file__).parents[2] / "docs" / "deck.schema.json"


def test_the_schema_of_decks_is_the_published_one(empty: Program) -> None:
    assert empty.call("schema").out == empty.call("schema", "--deck").out == PUBLISHED.read_text("utf-8")


def test_the_topics_of_the_curriculum_are_given_on_request(bundled: Program) -> None:
    schema = bundled.call("schema", "--with-topics").data
    assert "la.svd" in schema["properties"]["topic"]["enum"]
    assert "la.svd" in schema["$defs"]["CardFields"]["properties"]["topic"]["enum"]


def test_curriculum_and_sources_have_schemas_too(empty: Program) -> None:
    assert "stages" in empty.call("schema", "--curriculum").data["properties"]
    assert "books" in empty.call("schema", "--sources").data["properties"]
    assert empty.call("schema", "--sources", "--with-topics").status == 2
