"""What the parser keeps while it reads: open groups, and what all parsers of one source share."""

from __future__ import annotations

from dataclasses import dataclass, field

from recall.tex.lexer import Token
from recall.tex.macros import Macro
from recall.tex.tree import Cls, Fraction, Group, Node, Symbol, class_of

DOTS = Symbol("dots", Cls.INNER)
"""Placeholder of `\\dots` until the next atom tells which dots are meant."""


@dataclass(slots=True)
class TagScope:
    """Where an equation number may stand."""

    environment: str = ""
    """The environment that numbers its rows, or forbids to; "" outside of all."""
    taggable: bool = False
    used: bool = False
    """Whether the current row has a number."""


@dataclass(slots=True)
class Shared:
    """What all parsers of one source have in common."""

    macros: dict[str, Macro]
    expansions: int = 0
    """Macro calls so far."""
    tags: list[TagScope] = field(default_factory=lambda: [TagScope()])
    tag: Group | None = None
    """The number of the whole formula, if `\\tag` stands outside of any table."""


@dataclass(slots=True)
class Frame:
    """An open group: what has been read of it, and the state that ends with it."""

    kind: str
    """top, group, left, script, or the name of the environment it is a cell of."""
    font: str = ""
    """Math alphabet of its letters; "" for the usual one."""
    words: bool = False
    """Whether letters in a row make one word (`\\mathrm`)."""
    items: list[Node] = field(default_factory=list)
    over: Token | None = None
    """The infix fraction command of the group, if one has been read."""
    numerator: tuple[Node, ...] = ()
    fraction: tuple[bool, str, str] = (True, "", "")
    """Of the infix fraction: whether it has a bar, and its fences."""
    rule: bool = False
    """Whether `\\hline` stands before this cell."""
    tag: Group | None = None
    """The equation number of this row."""

    def finished(self) -> Group:
        """The group, now complete."""
        items = resolve_dots(self.items)
        if self.over is None:
            return Group(items)
        bar, left, right = self.fraction
        return Group((Fraction(Group(self.numerator), Group(items), bar, left, right),))


def resolve_dots(items: list[Node]) -> tuple[Node, ...]:
    """Items with `\\dots` made centred before an operator or relation, low elsewhere."""
    if DOTS not in items:
        return tuple(items)
    result: list[Node] = []
    for index, item in enumerate(items):
        if item is DOTS:
            follower = items[index + 1] if index + 1 < len(items) else None
            centred = follower is not None and class_of(follower) in (Cls.BIN, Cls.REL)
            item = Symbol("⋯" if centred else "…", Cls.INNER)
        result.append(item)
    return tuple(result)
