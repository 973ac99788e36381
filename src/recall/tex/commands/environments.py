"""Environments: their tables of rows and cells; `\\hline`, and the old `\\matrix{...}`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from recall.tex.commands.numbering import TABLE_FRAMES
from recall.tex.commands.registry import command
from recall.tex.errors import TexError
from recall.tex.lexer import Token, source_of
from recall.tex.parser import UNFIT_SCRIPTS, Parser
from recall.tex.state import TagScope
from recall.tex.tree import Group, Row, Space, Table


@dataclass(frozen=True, slots=True)
class Environment:
    """How an environment is read and laid out."""

    kind: str
    columns: str = "c"
    left: str = ""
    right: str = ""
    arguments: str = ""
    """What follows `\\begin{name}`: o an optional argument, n a number, c a column specification."""
    tags: bool | None = None
    """Whether rows take equation numbers; None if the environment leaves that to its surroundings."""


_ALIGN = Environment("aligned", "rl", tags=True)
_ALIGNED = Environment("aligned", "rl", arguments="o", tags=False)
_FENCED = {"": ("", ""), "p": ("(", ")"), "b": ("[", "]"), "B": ("{", "}"), "v": ("|", "|"), "V": ("‖", "‖")}


def _matrices() -> Iterator[tuple[str, Environment]]:
    for prefix, (left, right) in _FENCED.items():
        for size in ("matrix", "smallmatrix"):
            yield prefix + size, Environment("matrix", "c", left, right)
            yield f"{prefix}{size}*", Environment("matrix", "c", left, right, "o")


ENVIRONMENTS: dict[str, Environment] = dict(_matrices()) | {
    "array": Environment("array", arguments="oc"),
    "subarray": Environment("substack", arguments="c"),
    "crampedsubarray": Environment("substack", arguments="c"),
    "cases": Environment("cases", "l", "{"),
    "dcases": Environment("cases", "l", "{"),
    "cases*": Environment("cases", "l", "{"),
    "dcases*": Environment("cases", "l", "{"),
    "rcases*": Environment("cases", "l", "", "}"),
    "drcases*": Environment("cases", "l", "", "}"),
    "rcases": Environment("cases", "l", "", "}"),
    "drcases": Environment("cases", "l", "", "}"),
    "align": _ALIGN,
    "align*": _ALIGN,
    "flalign": _ALIGN,
    "flalign*": _ALIGN,
    "alignat": Environment("aligned", "rl", arguments="n", tags=True),
    "alignat*": Environment("aligned", "rl", arguments="n", tags=True),
    "alignedat": Environment("aligned", "rl", arguments="on", tags=False),
    "xalignat": Environment("aligned", "rl", arguments="n", tags=True),
    "xalignat*": Environment("aligned", "rl", arguments="n", tags=True),
    "xxalignat": Environment("aligned", "rl", arguments="n", tags=True),
    "aligned": _ALIGNED,
    "split": Environment("aligned", "rl", tags=False),
    "eqnarray": Environment("aligned", "rcl", tags=True),
    "eqnarray*": Environment("aligned", "rcl", tags=True),
    "gather": Environment("gathered", tags=True),
    "gather*": Environment("gathered", tags=True),
    "gathered": Environment("gathered", arguments="o", tags=False),
    "lgathered": Environment("gathered", "l", arguments="o", tags=False),
    "rgathered": Environment("gathered", "r", arguments="o", tags=False),
    "multline": Environment("multline", tags=True),
    "multline*": Environment("multline", tags=True),
    "multlined": Environment("multline", arguments="oo"),
    "equation": Environment("equation", tags=True),
    "equation*": Environment("equation", tags=True),
}
TABLE_FRAMES.update(ENVIRONMENTS.keys() - {"equation", "equation*"} | {"braced table"})

UNFIT_SCRIPTS.update(("begin", *["matrix", "pmatrix", "cases", "array", "eqalign", "displaylines"]))

_CELL_ENDS = frozenset({"&", "\\\\", "\\newline", "\\cr"})


@dataclass
class _Reading:
    """A table while it is read."""

    name: str
    rows: list[Row] = field(default_factory=list)
    cells: list[Group] = field(default_factory=list)
    rule: bool = False
    tag: Group | None = None

    def end_row(self) -> None:
        self.rows.append(Row(tuple(self.cells), self.rule, self.tag))
        self.cells, self.rule, self.tag = [], False, None


@command("begin")
def _begin(parser: Parser, token: Token) -> None:
    name = source_of(parser.argument(token.text))
    spec = ENVIRONMENTS.get(name)
    if spec is None:
        raise TexError(f"Unknown environment {name}" if name else "\\begin lacks a name", token.position)
    alignment = _read_arguments(parser, name, spec)
    if spec.tags is not None:
        _enter_scope(parser, name, spec, token)
    if spec.kind == "equation":
        _equation(parser, name, token.position)
    else:
        reading = _read_rows(parser, name, frozenset({"\\end"}), token.position)
        parser.push(_table(spec, alignment, reading))
    if spec.tags is not None:
        parser.shared.tags.pop()


def _enter_scope(parser: Parser, name: str, spec: Environment, token: Token) -> None:
    if spec.tags:
        if parser.in_equation:
            raise TexError(f"{name} cannot stand in or after another equation", token.position)
        parser.in_equation = True
    parser.shared.tags.append(TagScope(name, bool(spec.tags)))


def _read_arguments(parser: Parser, name: str, spec: Environment) -> str:
    alignment = ""
    for kind in spec.arguments:
        start = parser.here()
        if kind == "o":
            bracket = source_of(parser.bracket(f"\\begin{{{name}}}") or [])
            alignment = bracket if name.endswith("*") else ""
        else:
            alignment = source_of(parser.argument(f"\\begin{{{name}}}"))
            if kind == "n" and not all("0" <= char <= "9" for char in alignment):
                raise TexError(f"{name} takes a number of columns", start)
    return alignment


def _equation(parser: Parser, name: str, start: int) -> None:
    body, _, _ = parser.collect(name, frozenset({"\\end"}), start)
    _check_end(parser, name)
    parser.frame.items.extend(body.items)


def _read_rows(parser: Parser, name: str, ends: frozenset[str], start: int) -> _Reading:
    reading = _Reading(name)
    while True:
        cell, frame, closer = parser.collect(name, _CELL_ENDS | ends, start)
        reading.rule = reading.rule or frame.rule
        reading.tag = reading.tag or frame.tag
        if closer in ends:
            break
        reading.cells.append(cell)
        if closer == "&" and name.startswith("multline"):
            raise TexError(f"Rows of {name} have one column only", parser.tokens[parser.at - 1].position)
        if closer != "&":
            parser.row_space(parser.tokens[parser.at - 1])
            parser.shared.tags[-1].used = False
            reading.end_row()
    if cell.items or reading.cells:
        reading.cells.append(cell)
        reading.end_row()
    if "\\end" in ends:
        _check_end(parser, name)
    return reading


def _check_end(parser: Parser, name: str) -> None:
    start = parser.here()
    ended = source_of(parser.argument("\\end"))
    if ended != name:
        raise TexError(f"\\begin{{{name}}} is ended by \\end{{{ended}}}", start)


def _table(spec: Environment, alignment: str, reading: _Reading) -> Table:
    columns = "".join(char for char in alignment if char in "lcr") if spec.kind != "aligned" else ""
    rules: set[int] = set()
    if spec.kind == "array":
        column = 0
        for char in alignment:
            column += char in "lcr"
            if char in "|:":
                rules.add(column)
    return Table(
        spec.kind,
        tuple(reading.rows),
        columns or spec.columns,
        frozenset(rules),
        spec.left,
        spec.right,
        bottom_rule=reading.rule,
    )


@command("matrix pmatrix cases array eqalign displaylines")
def _plain_matrix(parser: Parser, token: Token) -> None:
    name = token.text[1:]
    if parser.peek() != "{":
        raise TexError(f"{token.text} needs braces, or \\begin{{{name}}}", token.position)
    parser.at += 1
    reading = _read_rows(parser, "braced table", frozenset({"}"}), token.position)
    spec = ENVIRONMENTS.get(name, _ALIGNED if name == "eqalign" else ENVIRONMENTS["gathered"])
    parser.push(_table(spec, "", reading))


@command("hline hdashline")
def _hline(parser: Parser, token: Token) -> None:
    frame = parser.frame
    if frame.kind not in TABLE_FRAMES or any(not isinstance(item, Space) for item in frame.items):
        raise TexError(f"{token.text} stands at the start of a table row only", token.position)
    frame.rule = True


@command("shoveleft shoveright")
def _shove(parser: Parser, token: Token) -> None:
    if not parser.frame.kind.startswith("multline") or parser.frame.items:
        raise TexError(f"{token.text} stands at the start of a multline row only", token.position)


@command("hfil hfill hfilll")
def _fill(parser: Parser, token: Token) -> None:
    if parser.frame.kind not in TABLE_FRAMES:
        raise TexError(f"{token.text} stands in cells of tables only", token.position)
