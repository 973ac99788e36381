"""Cards half written, kept whatever the card is called."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from recall.core.model import CardId
from recall.decks.sheet import Sheet
from recall.editing.drafts import CardDraft, discard_draft, load_draft, save_draft
from recall.files import write_atomically


def test_the_draft_of_a_card_with_a_long_name_is_kept_apart_from_others(tmp_path: Path) -> None:
    names = [CardId("长" * 40 + ending) for ending in ("-m1gcw", "-m1gcx")]
    drafts = [CardDraft(datetime(2026, 3, 3, tzinfo=UTC), Sheet(tags=(name,))) for name in names]
    for name, draft in zip(names, drafts, strict=True):
        save_draft(tmp_path, name, draft)
    assert [load_draft(tmp_path, name) for name in names] == drafts
    discard_draft(tmp_path, names[0])
    assert [load_draft(tmp_path, name) for name in names] == [None, drafts[1]]


def test_a_file_may_have_as_long_a_name_as_the_system_allows(tmp_path: Path) -> None:
    path = tmp_path / ("长" * 83 + ".yaml")
    write_atomically(path, "a")
    write_atomically(path, "b")
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == [(path.name, "b")]
