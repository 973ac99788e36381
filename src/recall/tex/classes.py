"""Classes of atoms among their neighbours: paired delimiters, paired bars, and signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from recall.tex.tree import BigDelimiter, Cls, Fence, Group, Node, Scripts, Symbol

Drawn = TypeVar("Drawn")
_BARS = ("|", "‖")
_MAX_PAIRS = 20


@dataclass(slots=True)
class Atom(Generic[Drawn]):
    """A node in its line: how it is drawn (a box or text), its class there, and the gap before it."""

    node: Node
    drawn: Drawn
    cls: Cls
    tall: bool
    """Whether it has several rows."""
    gap: int = 0
    """Cells of space before it."""
    sign: bool = False
    """Whether it is a binary operator used as a sign (unary minus)."""


def core(node: Node) -> Node:
    """A node without its scripts."""
    return node.base if isinstance(node, Scripts) else node


def pair_big(items: list[Node]) -> list[Node]:
    """Items with `\\big( ... \\big)` made one fence, so that it can grow with its content."""
    if not any(isinstance(core(item), BigDelimiter) for item in items):
        return items
    done: list[Node] = []
    opened: list[int] = []
    for item in items:
        delimiter = core(item)
        if not isinstance(delimiter, BigDelimiter):
            done.append(item)
        elif opened and _closes(done[opened[-1]], delimiter):
            start = opened.pop()
            done[start:] = [_fence(done[start], done[start + 1 :], item, delimiter)]
        else:
            if delimiter.cls in (Cls.OPEN, Cls.ORD) and len(opened) < _MAX_PAIRS:
                opened.append(len(done))
            done.append(item)
    return done


def _closes(left: Node, right: BigDelimiter) -> bool:
    same_bar = isinstance(left, BigDelimiter) and left.text == right.text and right.text in _BARS
    return right.cls == Cls.CLOSE or (right.cls == Cls.ORD and same_bar)


def _fence(left: Node, body: list[Node], last: Node, right: BigDelimiter) -> Node:
    """A fence from its delimiters; scripts of the last one are scripts of the whole."""
    text = left.text if isinstance(left, BigDelimiter) else ""
    fence = Fence(text, (Group(tuple(body)),), (), right.text)
    return Scripts(fence, last.sub, last.sup) if isinstance(last, Scripts) else fence


def pair_bars(atoms: Sequence[Atom[Drawn]]) -> None:
    """Plain bars have no direction: where a bracket level has an even number, they open and close in turn."""
    levels: list[list[Atom[Drawn]]] = [[]]
    closed: list[list[Atom[Drawn]]] = []
    for atom in atoms:
        inner = core(atom.node)
        if isinstance(inner, Symbol) and inner.text in _BARS and inner.cls == Cls.ORD:
            levels[-1].append(atom)
        elif atom.cls == Cls.OPEN:
            levels.append([])
        elif atom.cls == Cls.CLOSE and len(levels) > 1:
            closed.append(levels.pop())
    for bars in (*closed, *levels):
        if len(bars) % 2 == 0:
            for index, atom in enumerate(bars):
                atom.cls = Cls.CLOSE if index % 2 else Cls.OPEN


def settle_signs(atoms: Sequence[Atom[Drawn]], leading: bool) -> None:
    """A binary operator without two operands is an ordinary sign (The TeXbook, appendix G, rule 5)."""
    before = Cls.ORD if leading else Cls.OPEN
    for index, atom in enumerate(atoms):
        if atom.cls == Cls.BIN:
            after = atoms[index + 1].cls if index + 1 < len(atoms) else Cls.CLOSE
            if before in (Cls.BIN, Cls.OP, Cls.REL, Cls.OPEN, Cls.PUNCT):
                atom.cls, atom.sign = Cls.ORD, True
            elif after in (Cls.REL, Cls.CLOSE, Cls.PUNCT):
                atom.cls = Cls.ORD
        before = Cls.BIN if atom.sign else atom.cls
