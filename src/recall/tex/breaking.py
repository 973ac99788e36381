"""Line breaking: a display wider than its pane goes on in further lines.

Cuts are never made inside brackets. They are tried in this order: after a comma followed by a quad, before
a relation, before a binary operator, between factors, before a tall bracket. A continuation starts under the
first relation, or two columns to its right if it does not start with a relation itself. What has no place to
be cut stays wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import gt

from recall.tex.box import Box, blank, pad, stacked
from recall.tex.classes import Atom
from recall.tex.grids import table_box
from recall.tex.layout import group_box, joined, line_atoms, lines_of
from recall.tex.spacing import shape
from recall.tex.tree import Cls, Group, Table

_QUAD, _RELATION, _OPERATOR, _FACTOR, _BRACKET = range(1, 6)
_HANG = 2
_QUAD_CELLS = 2

Line = list[Atom[Box]]


@dataclass(frozen=True, slots=True)
class _Pane:
    """Columns to fill: the whole width, and what continuations lose to their indent."""

    width: int
    indent: int


def display_box(group: Group, width: int | None) -> Box:
    """A whole display as one box, at most `width` columns wide where cuts allow it."""
    lines = [line_atoms(items) for items in lines_of(group.items)]
    return _on_top([joined(line) if width is None else _fitted(line, width) for line in lines])


def _fitted(atoms: Line, width: int) -> Box:
    """One line of a display, cut if it is too wide."""
    if _width(atoms) <= width:
        return joined(atoms)
    first = atoms[0]
    if isinstance(first.node, Table) and all(atom.cls == Cls.PUNCT for atom in atoms[1:]):
        spare = sum(atom.gap + atom.drawn.width for atom in atoms[1:])
        first = replace(first, drawn=_narrow_table(first.node, width - spare))
        return joined([first, *atoms[1:]])
    return _broken(atoms, width)


def _narrow_table(table: Table, width: int) -> Box:
    """An alignment whose right column is cut to fit; other tables stay as they are."""
    columns = max((len(row.cells) for row in table.rows), default=0)
    if table.kind == "gathered" and columns == 1:
        return table_box(table, lambda cell, leading: _fitted_cell(cell, leading, width))
    if table.kind != "aligned" or columns > 2 or table.columns != "rl":
        return table_box(table, group_box)
    left = max(group_box(row.cells[0]).width for row in table.rows if row.cells)

    def draw(cell: Group, leading: bool) -> Box:
        return _fitted_cell(cell, leading, width - left if leading else width)

    return table_box(table, draw)


def _fitted_cell(cell: Group, leading: bool, width: int) -> Box:
    atoms = line_atoms(cell.items, leading=leading)
    return joined(atoms) if _width(atoms) <= width or len(atoms) < 2 else _broken(atoms, width)


# -- cutting --------------------------------------------------------------------------------------------


def _broken(atoms: Line, width: int) -> Box:
    hang = _hang(atoms, width)
    lines = _cut(atoms, _QUAD, _Pane(width, hang))
    boxes = [joined(lines[0])]
    for line in lines[1:]:
        start = replace(line[0], gap=0)
        box = joined([start, *line[1:]])
        indent = max(0, hang - _HANG) if line[0].cls == Cls.REL else hang
        boxes.append(pad(box, left=max(0, min(indent, width - box.width))))
    return _on_top(boxes)


def _hang(atoms: Line, width: int) -> int:
    """Indent of continuations: just right of the first relation outside of brackets."""
    column = depth = 0
    for atom in atoms:
        column += atom.gap
        if atom.cls == Cls.REL and depth == 0:
            return column + _HANG if column <= width // 2 else 2 * _HANG
        depth += (atom.cls == Cls.OPEN) - (atom.cls == Cls.CLOSE)
        column += atom.drawn.width
    return _HANG


def _cut(atoms: Line, level: int, pane: _Pane, *, first: bool = True) -> list[Line]:
    """The atoms in lines; cuts of later levels are made only where those of `level` do not suffice."""
    limit = pane.width if first else pane.width - pane.indent
    if level > _BRACKET or _width(atoms) <= limit:
        return [atoms]
    lines: list[Line] = []
    current: Line = []
    used = 0
    for chunk in _chunks(atoms, level):
        limit = pane.width if first and not lines else pane.width - pane.indent
        width = _width(chunk)
        if used + chunk[0].gap + width <= limit:
            current = current + chunk
            used += chunk[0].gap + width
            continue
        if width > pane.width - pane.indent:
            *done, current = _cut_chunk(current, chunk, level, pane, first=first and not lines)
            lines += done
        else:
            lines += [current] if current else []
            current = list(chunk)
        used = _width(current)
    return [*lines, current]


def _cut_chunk(current: Line, chunk: Line, level: int, pane: _Pane, *, first: bool) -> list[Line]:
    """A chunk too wide for a line: cut together with what stands before it, or alone if that cuts less deep."""
    together = _cut(current + chunk, level + 1, pane, first=first)
    if not current:
        return together
    alone = [current, *_cut(chunk, level + 1, pane, first=False)]
    return min(together, alone, key=lambda lines: _harm(lines, pane, first=first))


def _harm(lines: list[Line], pane: _Pane, *, first: bool) -> tuple[int, bool, int]:
    """How bad a way to cut is: what sticks out, whether a line loses its indent, and the deepest level of a cut."""
    widths = [_width(line) for line in lines]
    limits = [pane.width - pane.indent * (index > 0 or not first) for index in range(len(lines))]
    deepest = max((_cut_level(a[-1], b[0]) for a, b in pairwise(lines)), default=0)
    return max(0, max(widths) - pane.width), any(map(gt, widths, limits)), deepest


def _chunks(atoms: Line, level: int) -> list[Line]:
    chunks: list[Line] = [[]]
    depth = 0
    for index, atom in enumerate(atoms):
        if index and depth <= 0 and _cut_level(atoms[index - 1], atom) == level:
            chunks.append([])
        chunks[-1].append(atom)
        depth += (atom.cls == Cls.OPEN) - (atom.cls == Cls.CLOSE)
    return chunks


def _cut_level(before: Atom[Box], after: Atom[Box]) -> int:
    """At which level a cut between two atoms is tried; 0: never."""
    if before.cls == Cls.PUNCT:
        return _QUAD if after.gap >= _QUAD_CELLS else _FACTOR
    if after.cls == Cls.REL:
        return _RELATION if before.cls != Cls.REL else 0
    if after.cls == Cls.BIN:
        return _OPERATOR
    if before.cls not in (Cls.ORD, Cls.CLOSE, Cls.INNER) or before.sign:
        return _QUAD if after.gap >= _QUAD_CELLS and before.cls == Cls.REL else 0
    if shape(after.node, right=False) == "fence":
        return _BRACKET
    return _FACTOR if after.cls in (Cls.ORD, Cls.OP, Cls.INNER) else 0


def _width(atoms: Sequence[Atom[Box]]) -> int:
    return sum(atom.gap + atom.drawn.width for atom in atoms) - (atoms[0].gap if atoms else 0)


def _on_top(lines: Sequence[Box]) -> Box:
    """Lines on top of each other, with a blank row between two tall ones; the baseline is the first one's."""
    parts = [lines[0]]
    for line in lines[1:]:
        if parts[-1].height > 1 and line.height > 1:
            parts.append(blank(0))
        parts.append(line)
    return stacked(parts, lines[0].base, "l")
