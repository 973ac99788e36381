"""The typed tree between parser and layout: frozen nodes, each with a TeX class for spacing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias


class Cls(IntEnum):
    """The class of an atom (The TeXbook, chapter 17), which decides the space round it."""

    ORD = 0
    OP = 1
    BIN = 2
    REL = 3
    OPEN = 4
    CLOSE = 5
    PUNCT = 6
    INNER = 7


@dataclass(frozen=True, slots=True)
class Symbol:
    """One or more characters set as one atom: a letter, a number, a sign, an upright word."""

    text: str
    cls: Cls = Cls.ORD
    word: bool = False
    """Whether it is a name of several letters (`\\mathrm{head}`)."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words from `\\text`; spaces at its ends have become `Space` nodes."""

    text: str


@dataclass(frozen=True, slots=True)
class Space:
    """Explicit space. 18 mu are one quad, which is two cells."""

    mu: float
    hard: bool = False
    """Whether it survives in scripts (a space the author wrote inside `\\text`, `~` or `\\ `)."""


@dataclass(frozen=True, slots=True)
class Newline:
    """A `\\\\` outside of any table: the display goes on in the next line."""


@dataclass(frozen=True, slots=True)
class Op:
    """An operator: `\\sum`, `\\int`, or a function name such as `\\log` and `\\lim`."""

    text: str
    limits: bool = False
    """Whether scripts go above and below in a display."""
    name: bool = False
    """Whether it is a function name (spelled out) and not a sign."""
    integral: int = 0
    """Number of integral signs, 0 for other operators."""


@dataclass(frozen=True, slots=True)
class Group:
    """`{...}`: an ordinary atom as a whole; also the body of every argument."""

    items: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Classed:
    """A body forced into a class by `\\mathrel` and its kin, or an operator made by `\\mathop`."""

    body: Group
    cls: Cls
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Scripts:
    """Subscript and superscript on a base; for an operator with limits they stand below and above."""

    base: Node
    sub: Group | None = None
    sup: Group | None = None
    primes: int = 0
    """Number of primes at the start of the superscript."""
    open_prime: bool = False
    """Whether the last thing read was a prime, so that `^` may still follow."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """Numerator over denominator; `bar` is False for binomials, which have fences instead."""

    num: Group
    den: Group
    bar: bool = True
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    """A square root, or the root with an index."""

    body: Group
    index: Group | None = None


@dataclass(frozen=True, slots=True)
class Fence:
    """`\\left( ... \\middle| ... \\right)`: one more body than there are `middles`."""

    left: str
    bodies: tuple[Group, ...]
    middles: tuple[str, ...]
    right: str


@dataclass(frozen=True, slots=True)
class BigDelimiter:
    """`\\big(` and its kin."""

    text: str
    cls: Cls


@dataclass(frozen=True, slots=True)
class Accent:
    """A mark over one or more letters; `mark` is the combining character, `wide` asks to stretch it."""

    body: Group
    mark: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Stretched:
    """A line, brace or arrow as wide as the body, over or under it."""

    body: Group
    kind: str
    """One of line, brace, bracket, paren, and the arrow characters."""
    over: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """`\\overset`, `\\underset`, `\\stackrel`: small text over or under a base."""

    base: Group
    over: Group | None
    under: Group | None
    cls: Cls


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow as long as the text above and below it."""

    text: str
    over: Group
    under: Group | None


@dataclass(frozen=True, slots=True)
class Boxed:
    """A frame round the body."""

    body: Group


@dataclass(frozen=True, slots=True)
class Phantom:
    """Blank space as large as the body, in the directions asked for."""

    body: Group
    horizontal: bool = True
    vertical: bool = True


@dataclass(frozen=True, slots=True)
class Strike:
    """A body struck out by `\\cancel` and its kin."""

    body: Group


@dataclass(frozen=True, slots=True)
class Tag:
    """An equation number, set at the end of its line."""

    body: Group


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells, and whether a rule runs above it."""

    cells: tuple[Group, ...]
    rule: bool = False
    tag: Group | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Every environment with `&` and `\\\\`."""

    kind: str
    """matrix, cases, aligned, gathered, array, substack or multline."""
    rows: tuple[Row, ...]
    columns: str = "c"
    """Alignment of the columns, repeated as needed: letters of `lcr`."""
    rules: frozenset[int] = field(default_factory=frozenset)
    """Column boundaries with a vertical rule; 0 is the left edge."""
    left: str = ""
    right: str = ""
    bottom_rule: bool = False


Node: TypeAlias = (
    Symbol
    | Text
    | Space
    | Newline
    | Op
    | Group
    | Classed
    | Scripts
    | Fraction
    | Root
    | Fence
    | BigDelimiter
    | Accent
    | Stretched
    | Stack
    | Arrow
    | Boxed
    | Phantom
    | Strike
    | Tag
    | Table
)

_CLASS_BY_TYPE: dict[type, Cls] = {
    Op: Cls.OP,
    Fraction: Cls.INNER,
    Fence: Cls.INNER,
    Arrow: Cls.REL,
    Table: Cls.INNER,
}


def class_of(node: Node) -> Cls:
    """The class of a node, before its neighbours are looked at."""
    if isinstance(node, Symbol | Classed | BigDelimiter | Stack):
        return node.cls
    if isinstance(node, Scripts):
        return class_of(node.base)
    if isinstance(node, Phantom) and not node.horizontal:
        return Cls.ORD
    if isinstance(node, Strike | Phantom | Accent) and len(node.body.items) == 1:
        return class_of(node.body.items[0])
    return _CLASS_BY_TYPE.get(type(node), Cls.ORD)


def only_item(group: Group) -> Node | None:
    """The single node of a group, through nested braces; None if there are more or none."""
    node: Node = group
    while isinstance(node, Group):
        if len(node.items) != 1:
            return None
        node = node.items[0]
    return node
