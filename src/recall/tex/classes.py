"""Classes of atoms among their neighbours: paired delimiters, paired bars, and signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from recall.tex.tree import BigDelimiter, Cls, Fence, Fraction, Group, Node, Scripts, Symbol, Table, class_of

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
    """Items with `\\big( ... \\big)`, and the terms that a lone `\\big|_a^b` ends, made fences, which grow."""
    if not any(isinstance(core(item), BigDelimiter) for item in items):
        return items
    done: list[Node] = []
    opened: list[int] = []
    for item in items:
        delimiter = core(item)
        if not isinstance(delimiter, BigDelimiter):
            done.append(item)
        elif partners := [index for index, start in enumerate(opened) if _closes(done[start], delimiter)]:
            start = opened[partners[-1]]
            del opened[partners[-1] :]
            done[start:] = [_fence(done[start], done[start + 1 :], item, delimiter)]
        else:
            if item is delimiter and delimiter.cls in (Cls.OPEN, Cls.ORD) and len(opened) < _MAX_PAIRS:
                opened.append(len(done))
            done.append(item)
    return _with_evaluations(done)


def _closes(left: Node, right: BigDelimiter) -> bool:
    """Whether a delimiter ends what another one began; a bar ends only what the same bar began."""
    if not isinstance(left, BigDelimiter):
        return False
    return left.cls == Cls.OPEN if right.cls == Cls.CLOSE else left.text == right.text and _is_big_bar(right)


def _is_big_bar(node: Node) -> bool:
    return isinstance(node, BigDelimiter) and node.text in _BARS and node.cls in (Cls.ORD, Cls.REL)


def _fence(left: Node, body: list[Node], last: Node, right: BigDelimiter) -> Node:
    """A fence from its delimiters; bars in it grow too, and scripts of the last one are scripts of the whole."""
    text = left.text if isinstance(left, BigDelimiter) else ""
    bodies: list[list[Node]] = [[]]
    middles: list[str] = []
    for item in _with_evaluations(body):
        if isinstance(item, BigDelimiter) and _is_big_bar(item):
            middles.append(item.text)
            bodies.append([])
        else:
            bodies[-1].append(item)
    fence = Fence(text, tuple(Group(tuple(part)) for part in bodies), tuple(middles), right.text)
    return Scripts(fence, last.sub, last.sup) if isinstance(last, Scripts) else fence


def _with_evaluations(items: list[Node]) -> list[Node]:
    """Items with a bar that has limits, and the term before it, made a fence if that term may be tall."""
    done: list[Node] = []
    for item in items:
        bar = core(item)
        if isinstance(item, Scripts) and isinstance(bar, BigDelimiter) and _is_big_bar(bar):
            start = _start_of_term(done)
            if any(isinstance(core(part), Fraction | Fence | Table) for part in done[start:]):
                fence = Fence("", (Group(tuple(done[start:])),), (), bar.text)
                done[start:] = [Scripts(fence, item.sub, item.sup)]
                continue
        done.append(item)
    return done


def _start_of_term(items: list[Node]) -> int:
    """Where the term begins that the items end with: after the last sign outside of brackets."""
    depth = 0
    for index in range(len(items) - 1, -1, -1):
        cls = class_of(items[index])
        depth += (cls == Cls.CLOSE) - (cls == Cls.OPEN)
        if depth < 0 or (depth == 0 and cls in (Cls.BIN, Cls.REL, Cls.PUNCT)):
            return index + 1
    return 0


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
