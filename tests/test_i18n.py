"""The Chinese catalogue is complete and current, reads as Chinese, and nothing on the screen goes past it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

import click
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from recall.cli import click_words
from recall.cli.table import cell_width
from recall.i18n import _, ngettext, set_language

SOURCE = Path(__file__).parents[1] / "src" / "recall"
PO = SOURCE / "i18n" / "zh" / "LC_MESSAGES" / "recall.po"
CLICK_PO = PO.with_name("messages.po")

MessageId = str | tuple[str, ...]


@cache
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh", domain="recall")


@cache
def messages() -> dict[MessageId, Message]:
    """The messages of the Chinese catalogue, without its header."""
    return {_key(message.id): message for message in catalogue() if message.id}


@cache
def source_messages() -> frozenset[MessageId]:
    """What `make messages` finds in the source."""
    return frozenset(_key(found[2]) for found in extract_from_dir(SOURCE))


def _key(message_id: Any) -> MessageId:
    return tuple(message_id) if isinstance(message_id, list | tuple) else str(message_id)


def texts(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one for each plural form."""
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ())


def pairs() -> Iterator[tuple[str, str]]:
    """Every English text with every translation of it."""
    for key, message in messages().items():
        for english in (key,) if isinstance(key, str) else key:
            for chinese in texts(message):
                yield english, chinese


def test_there_is_something_to_translate() -> None:
    assert len(source_messages()) > 100


def test_every_message_of_the_source_is_in_chinese() -> None:
    assert source_messages() - messages().keys() == set(), "run `make messages`, translate, then `make i18n`"


def test_chinese_has_no_message_that_the_source_lacks() -> None:
    assert messages().keys() - source_messages() == set(), "run `make messages`, then `make i18n`"
    assert not catalogue().obsolete


def test_every_translation_is_there_and_sure() -> None:
    assert [key for key, message in messages().items() if not all(map(str.strip, texts(message)))] == []
    assert [key for key, message in messages().items() if message.fuzzy] == []


def test_chinese_has_one_plural_form() -> None:
    assert catalogue().num_plurals == 1
    assert all(len(texts(message)) == 1 for message in messages().values())


def test_placeholders_are_the_same() -> None:
    different = [(english, chinese) for english, chinese in pairs() if _fields(english) != _fields(chinese)]
    assert different == []


def _fields(text: str) -> list[str]:
    """What `format` fills in. An example in braces is no placeholder, but it has to stay the same too."""
    if text.startswith(("Example: ", "示例：")):  # held to be the same elsewhere
        return []
    return sorted(name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None)


def test_commands_and_quotations_stay_as_they_are() -> None:
    for english, chinese in pairs():
        assert re.findall("`[^`]+`", english) == re.findall("`[^`]+`", chinese)
        assert re.findall("[A-Z]+_[A-Z]+|config\\.toml", english) == re.findall("[A-Z]+_[A-Z]+|config\\.toml", chinese)
        if english.startswith("Example: "):
            assert chinese == english.replace("Example: ", "示例：")


def test_lines_and_outer_spaces_stay_as_they_are() -> None:
    for english, chinese in pairs():
        assert english.count("\n") == chinese.count("\n")
        assert (english.startswith(" "), english.endswith(" ")) == (chinese.startswith(" "), chinese.endswith(" "))


@pytest.mark.parametrize(
    ("fault", "pattern"),
    [
        ("no space between Chinese and Latin letters or digits", "[一-鿿][A-Za-z0-9`]|[A-Za-z0-9`%][一-鿿]"),
        ("no space between Chinese and what is filled in", "[一-鿿]\\{(?!read)|\\}(?<!read\\}|done\\})[一-鿿]"),
        ("a space between two Chinese characters", "[一-鿿，。；：？！] +[一-鿿]"),
        ("half-width punctuation", "[一-鿿] ?[,;:?!()]|[,;:?!(][一-鿿]|[一-鿿]\\.(?!\\w)"),
        ("straight quotation marks", '[一-鿿]"|"[一-鿿]'),
        ("curly quotation marks", "[“”‘’]"),
        ("a full-width letter or digit", "[Ａ-Ｚａ-ｚ０-９]"),
    ],
)
def test_chinese_is_typeset_as_chinese(fault: str, pattern: str) -> None:
    """`{read}` and `{done}` are filled with Chinese, so they need no space after them."""
    assert [chinese for _english, chinese in pairs() if re.search(pattern, chinese)] == [], fault


def test_a_sentence_in_english_is_a_sentence_in_chinese() -> None:
    different = [
        (english, chinese)
        for english, chinese in pairs()
        if (english.endswith((".", "…")) and not english.startswith("Example")) != chinese.endswith(("。", "…"))
    ]
    assert different == []


def test_weekdays_fit_the_heat_map() -> None:
    for name in ("Mo", "We", "Fr", "Su"):
        assert cell_width(texts(messages()[name])[0]) <= 2


@pytest.mark.parametrize("path", [PO, CLICK_PO], ids=lambda path: path.stem)
def test_the_compiled_catalogue_is_what_the_text_compiles_to(path: Path) -> None:
    with path.open("rb") as file:
        source = read_po(file, locale="zh", domain=path.stem)
    compiled = BytesIO()
    write_mo(compiled, source)
    compiled.seek(0)
    with path.with_suffix(".mo").open("rb") as file:
        kept, made = read_mo(file), read_mo(compiled)
    assert {_key(m.id): m.string for m in kept if m.id} == {_key(m.id): m.string for m in made if m.id}, "`make i18n`"


def test_the_words_of_click_are_those_of_the_click_that_is_installed() -> None:
    with CLICK_PO.open("rb") as file:
        translated = {_key(message.id): message for message in read_po(file, locale="zh") if message.id}
    found = extract_from_dir(Path(click.__file__).parent)
    asked = {_key(message) for name, _line, message, *_rest in found if Path(name).stem in click_words.MODULES}
    assert translated.keys() == asked
    for key, message in translated.items():
        known = {field for english in ([key] if isinstance(key, str) else key) for field in _fields(english)}
        assert not message.fuzzy
        assert all(text.strip() and set(_fields(text)) <= known for text in texts(message)), key


def test_the_compiled_catalogue_is_what_the_program_speaks() -> None:
    try:
        set_language("zh")
        assert _("mastery") == "掌握度"
        assert [ngettext("{count} file", "{count} files", count) for count in (0, 1, 2)] == ["{count} 个文件"] * 3
        set_language("en")
        assert _("mastery") == "mastery"
        assert [ngettext("{n} card", "{n} cards", n) for n in (0, 1, 2)] == ["{n} cards", "{n} card", "{n} cards"]
    finally:
        set_language("en")


def test_the_catalogue_names_no_machine_and_no_line() -> None:
    text = PO.read_text("utf-8")
    assert not re.search(r"^#: .*:\d", text, re.MULTILINE)
    assert not re.search(r"^#: /", text, re.MULTILINE)
    assert not re.search(r"\w@\w", text)


TRANSLATES = {"_", "ngettext", "N_"}
KEYWORDS = {"help", "short_help", "epilog", "description", "tooltip", "placeholder", "title", "label", "prompt"}
FIRST = {
    *("Static", "Label", "Button", "Content", "styled", "notify", "update", "ListOption", "Checkbox", "Collapsible"),
    *("tell", "echo", "secho", "confirm", "prompt"),
    *("RecallError", "DeckError", "StoreError", "ConfigError", "NotFoundError", "UsageError", "BadParameter"),
}
"""Callables whose first argument is read by a person."""

NOT_WORDS = re.compile(r"\brecall\b|\bspace\b|\benter\b|\besc(ape)?\b|\bctrl\+\w\b|\b\w\b|\\n|%\(\w+\)s")
"""The name of the product, names of keys, single letters."""


def shown_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every literal that reaches a person without passing through the catalogue."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            for argument in _read_by_a_person(node):
                yield from ((argument.lineno, text) for text in _literals(argument) if _has_words(text))


def _read_by_a_person(call: ast.Call) -> Iterator[ast.expr]:
    name = _name(call.func)
    yield from (keyword.value for keyword in call.keywords if keyword.arg in KEYWORDS)
    if name == "Binding":
        yield from call.args[2:3]
    elif name == "assemble":
        yield from (part.elts[0] if isinstance(part, ast.Tuple) else part for part in call.args)
    elif name in FIRST:
        yield from call.args[:1]


def _literals(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield from (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
        case ast.BinOp(left=left, right=right):
            yield from (*_literals(left), *_literals(right))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_literals(body), *_literals(orelse))
        case ast.BoolOp(values=values):
            for value in values:
                yield from _literals(value)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)))):  # "...".format(...)
            yield text
        case ast.Call(func=function, args=[first, *_rest]) if _name(function) in FIRST - TRANSLATES:
            yield from _literals(first)
        case ast.Attribute(attr="word" | "value" | "name"):  # an English word of the code, such as `grade.word`
            yield ast.unparse(node)


def _name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _has_words(text: str) -> bool:
    return re.search(r"[^\W\d_]", NOT_WORDS.sub("", text)) is not None


def screens_and_commands() -> list[Path]:
    return sorted(path for layer in ("cli", "tui") for path in (SOURCE / layer).rglob("*.py"))


@pytest.mark.parametrize("path", screens_and_commands(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_text_goes_past_the_catalogue(path: Path) -> None:
    assert [f"{path}:{line}: {text!r}" for line, text in shown_texts(path)] == []


def test_the_check_sees_texts_that_go_past_the_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "screen.py"
    path.write_text(
        """
Binding("a", "b", "Past it", id="x")
Binding("a", "b", grade.word)
Static(f"Past {n} it")
self.notify("Past " + _("fine"), title=_("fine"))
click.option("--past", help="Past it")
Content.assemble(("Past it", "bold"), " ", _("fine"))
raise RecallError("Past it")
click.echo("Past {n}".format(n=n))
Static(Content.styled("Past it", "bold"))
Binding("space", "b", _("fine")); Static("recall"); Static("  · "); Static(_("fine"), id="past")
Content.assemble(("space", "bold reverse"), f"{n}"); tell(_("fine").format(n=n)); tell(f"{a} · {b}")
""",
        "utf-8",
    )
    assert sorted({line for line, _text in shown_texts(path)}) == list(range(2, 11))


ERRORS = {"RecallError", "DeckError", "StoreError", "ConfigError", "NotFoundError"}
FINDINGS = {"report", "TreeError"}
WORKED_OUT = (ast.Name, ast.Attribute, ast.Starred, ast.Subscript, ast.Call)
"""What a message may come from besides the catalogue; the names among it are followed to their values."""
OWN_WORDS = {
    *(
        "in this context",
        "quoted scalar",
        "end of stream",
        "nothing is being asked",
        "neither a grade nor a response",
        "the card was put there",
    ),
    *("Object contains unknown field `(.+)`", "Object missing required field `(.+)`"),
    *("back extra", "tags column", "Front zh", "Front en", " · `recall review --topic "),
}
"""What libyaml and msgspec say, what a programmer is told, names of fields, and commands."""


def messages_past_the_catalogue(tree: ast.Module) -> Iterator[int]:
    """The line of every text of an error or a finding that is not, as a whole, a translation or worked out."""
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                values.setdefault(ast.unparse(target), []).append(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (text.lineno for text in _messages_of(node) if not _is_translated(text, values))


def _messages_of(call: ast.Call) -> list[ast.expr]:
    name = _name(call.func)
    if name in ERRORS:
        return call.args[:1]
    return call.args[1:2] if name in FINDINGS else call.args[-1:] if name == "Problem" else []


def _is_translated(node: ast.expr, values: dict[str, list[ast.expr]]) -> bool:
    def fine(*parts: ast.expr) -> bool:
        return all(_is_translated(part, values) for part in parts)

    match node:
        case ast.Call(func=ast.Name(id="_" | "ngettext")):
            return True
        case ast.Call(func=ast.Attribute(value=text, attr="format")) | ast.Subscript(value=text):
            return fine(text)
        case ast.Name(id=name):
            others = {known: found for known, found in values.items() if known != name}
            return all(_is_translated(value, others) for value in values.get(name, ()))
        case ast.Dict(values=texts_by_key):
            return fine(*texts_by_key)
        case ast.BinOp(left=left, right=right):
            return fine(left, right)
        case ast.IfExp(body=body, orelse=orelse):
            return fine(body, orelse)
        case _:
            return isinstance(node, WORKED_OUT) or not any(map(_has_words, _literals(node)))


def sentences_past_the_catalogue(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Literals of two words or more, besides docstrings, that are handed on without `_()`."""
    silent: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(node.value)
        elif isinstance(node, ast.Call) and _name(node.func) in TRANSLATES:
            silent.update(part for argument in node.args for part in ast.walk(argument))
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if node not in silent and re.search(
                "[A-Za-z]{2,}[,;]? +[a-z]{2,}", text
            ):
                yield node.lineno, text


def modules_with_errors() -> list[Path]:
    """All but `core`, `tex`, which speak no language, and the migrations."""
    apart = {"core", "tex", "migrations"}
    return sorted(path for path in SOURCE.rglob("*.py") if apart.isdisjoint(path.relative_to(SOURCE).parts))


def modules_without_screens() -> list[Path]:
    """Those of `modules_with_errors` that are neither screens nor commands, nor full of SQL, HTML or audit events."""
    apart = {"cli", "tui", "store", "anki", "sandbox"}
    return [path for path in modules_with_errors() if apart.isdisjoint(path.relative_to(SOURCE).parts)]


@pytest.mark.parametrize("path", modules_with_errors(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_error_and_no_finding_goes_past_the_catalogue(path: Path) -> None:
    lines = messages_past_the_catalogue(ast.parse(path.read_text("utf-8")))
    assert [f"{path}:{line}" for line in lines] == []


@pytest.mark.parametrize("path", modules_without_screens(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_sentence_goes_past_the_catalogue(path: Path) -> None:
    found = sentences_past_the_catalogue(ast.parse(path.read_text("utf-8")))
    assert [f"{path}:{line}: {text!r}" for line, text in found if text not in OWN_WORDS] == []


def test_the_check_sees_errors_that_go_past_the_catalogue() -> None:
    tree = ast.parse("""
raise ConfigError("Past it")
raise RecallError(f"{path}: past it")
deck.report("code", "past it", place)
raise TreeError("code", "past {n}".format(n=n), place)
yield Problem(path, *place, "code", past)
past = "past it" if n else _("fine")
raise NotFoundError(_("fine") + f"; past {near}")
deck.report("code", known[n].format(n=n))
known = {"a": _("fine"), "b": "past it"}
raise ConfigError(_("fine").format(n=n)); raise RecallError(f"{path}: {fine}"); Problem(*row)
fine = _("fine"); report("code", fine.format(n=n), place); raise StoreError(explain(error)); raise TreeError("a", fine)
""")
    assert sorted(set(messages_past_the_catalogue(tree))) == [2, 3, 4, 5, 6, 8, 9]


def test_the_check_sees_sentences_that_go_past_the_catalogue() -> None:
    tree = ast.parse(
        '"""A docstring here."""\nx = "past it"\ny = f"{x} goes past"\nz = _("is fine"), N_("is fine"), "fine"\n'
    )
    assert [line for line, _text in sentences_past_the_catalogue(tree)] == [2, 3]
