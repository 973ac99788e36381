"""Decks made to break the loader: they end in findings, soon, with the process alive."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recall.decks.folders import deck_files
from tests.support_decks import findings, parsed

DEEP = {
    "flow lists": "cards:\n- front: " + "[" * 100_000,
    "flow mappings": "cards:\n- " + "{a: " * 100_000,
    "block lists": "cards:\n" + "- " * 100_000,
    "complex keys": "? " * 100_000,
    "closed brackets": "cards: " + "[" * 100_000 + "]" * 100_000,
    "lines ever deeper": "cards:\n" + "".join(f"{' ' * n}- \n" for n in range(1500)),
}


def in_subprocess(code: str, path: Path, seconds: float) -> str:
    """What a Python process prints that has `path`; it may take `seconds` and must end well."""
    command = [
        sys.executable,
        "-c",
        f"import sys; from pathlib import Path; path = Path(sys.argv[1])\n{code}",
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_is_a_finding_and_leaves_the_process_alive(name: str, tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text(DEEP[name])
    code = "from recall.decks.load import load_deck; print(*{p.code for p in load_deck(path).problems})"
    assert set(in_subprocess(code, path, 20).split()) & {"too-deep", "yaml"}


def test_forty_levels_are_allowed_and_one_more_is_not() -> None:
    def nested(levels: int) -> list[str]:
        return [code for _line, _column, code in findings("cards: " + "[" * levels + "]" * levels)]

    assert "too-deep" not in nested(39)
    assert "too-deep" in nested(42)


def test_an_alias_bomb_is_a_finding() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "too-large" in [code for _line, _column, code in findings("\n".join(lines) + "\ncards: *a9\n")]


def test_aliases_that_multiply_a_long_text_are_a_finding() -> None:
    text = "cards:\n- front: &a '" + "x" * 200_000 + "'\n  back: b\n" + "- {front: *a, back: *a}\n" * 2000
    deck = parsed(text)  # 600 KB of file, 800 MB of text once each card is written out
    assert "too-large" in {problem.code for problem in deck.problems}


def test_an_alias_of_itself_is_a_finding() -> None:
    assert {code for _line, _column, code in findings("cards: &a\n- *a\n")} == {"yaml"}


def test_a_field_named_like_an_error_message_does_not_hang_the_loader(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("cards:\n- front: q\n  back: a\n  'x - at `$.zzz': 1\n")
    code = "from recall.decks.load import load_deck; print(*[p.line for p in load_deck(path).problems])"
    assert in_subprocess(code, path, 8).split() == ["4"]


def test_a_file_of_many_broken_cards_takes_no_more_than_its_share_of_time() -> None:
    start = time.process_time()
    deck = parsed("cards:\n" + "- !x\n" * 8_000)
    assert len(deck.problems) == 8_000
    assert time.process_time() - start < 2


def test_a_card_of_many_unknown_fields_takes_no_more_than_its_share_of_time() -> None:
    start = time.process_time()
    deck = parsed("cards:\n- front: q\n  back: a\n" + "".join(f"  k{n}: \n" for n in range(50_000)))
    assert len(deck.problems) == 50_000
    assert time.process_time() - start < 1.5


def test_nothing_in_a_deck_is_executed(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    text = f"cards:\n- front: !!python/object/apply:os.system ['touch {mark}']\n  back: a\n"
    assert [code for _line, _column, code in findings(text)] == ["tag"]
    assert not mark.exists()


PIECES = st.sampled_from(
    [
        *(
            "cards:\n",
            "- ",
            "front: ",
            "back: ",
            "cloze: ",
            "id: ",
            "{{c1::",
            "}}",
            "\n",
            "\n  ",
            "\n- ",
            "&a ",
            "*a",
            "!x ",
        ),
        *(
            "[",
            "]",
            "{",
            "}",
            ": ",
            "'",
            '"',
            "\\",
            "|",
            ">",
            "#",
            "---\n",
            "%",
            "@",
            "`",
            "\t",
            "\r",
            "\x00",
            "\u202e",
        ),
        *(
            "\ufeff",
            "\u2028",
            "reverse: ",
            "difficulty: ",
            "source: ",
            "topic: ",
            "zh: ",
            "en: ",
            "? ",
            "<<: ",
            "甲",
            "9",
        ),
    ]
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join).map("cards:\n- ".__add__)))
def test_no_text_makes_the_loader_raise(text: str) -> None:
    parsed(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_loader_raise(content: bytes) -> None:
    parsed(content)
    parsed(b"cards:\n- front: " + content)


FIELDS = st.sampled_from(
    [
        "id",
        "topic",
        "kind",
        "front",
        "back",
        "reverse",
        "cloze",
        "more",
        "source",
        "difficulty",
        "tags",
        "as_of",
        "drill",
    ]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.text(max_size=20))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(["zh", "en"]), SCALARS), inner, max_size=4),
    ),
    max_leaves=8,
)
ENTRIES = st.dictionaries(st.one_of(FIELDS, st.text(max_size=8)), VALUES, max_size=8)
DECKS = st.fixed_dictionaries(
    {"cards": st.one_of(st.lists(st.one_of(ENTRIES, VALUES), max_size=4), VALUES)},
    optional={"topic": VALUES, "deck": VALUES, "source": VALUES, "tags": VALUES, "what": VALUES},
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DECKS, st.booleans())
def test_no_nested_data_makes_the_loader_raise(data: object, flow: bool) -> None:
    parsed(yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_every_problem_lies_inside_the_file(pairs: list[tuple[str, str]]) -> None:
    text = "cards:\n" + "".join(f"- front: {front}\n  back: {back}\n" for front, back in pairs)
    lines = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").split("\n")
    for line, column, _code in findings(text.encode("utf-8", "surrogatepass")):
        assert 1 <= line <= len(lines) + 1
        assert column >= 1


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1), st.booleans()),
        min_size=1,
        max_size=5,
    )
)
def test_every_quoted_text_is_read_as_written(entries: list[tuple[str, bool]]) -> None:
    data = {"cards": [{"front": text, "back": text, "reverse": reverse} for text, reverse in entries]}
    deck = parsed(yaml.safe_dump(data, allow_unicode=True, width=10_000))
    assert deck.problems == []
    read = [(c.card.body.back.en, c.card.body.reverse) for c in deck.cards]  # type: ignore[union-attr]
    assert read == entries


def codes_of(path: Path) -> list[str]:
    """The codes of what is wrong with a file, read by a process that may take five seconds."""
    code = "from recall.decks.load import load_deck; print(*[p.code for p in load_deck(path).problems])"
    return in_subprocess(code, path, 5).split()


def test_a_pipe_in_the_place_of_a_deck_is_a_finding_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "d.yaml")
    assert codes_of(tmp_path / "d.yaml") == ["unreadable"]


def test_a_link_to_itself_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").symlink_to("d.yaml")
    assert codes_of(tmp_path / "d.yaml") == ["unreadable"]


def test_links_of_folders_in_a_circle_are_followed_once(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "d.yaml").write_text("cards:\n- {front: q, back: a}\n")
    (inner / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(inner)
    assert len(list(deck_files(tmp_path))) == 1


def test_a_line_of_ten_megabytes_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(f"cards:\n- front: {'x' * 10_000_000}\n  back: a\n")
    assert codes_of(tmp_path / "d.yaml") == ["unreadable"]
