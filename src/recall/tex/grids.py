"""Tables as boxes: columns side by side, rows on top of each other, rules and equation numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from recall.tex.box import Box, aligned, beside, blank, pad, stacked
from recall.tex.errors import TexError
from recall.tex.fences import fenced
from recall.tex.tree import Group, Table
from recall.tex.width import char_width

Draw = Callable[[Group, bool], Box]
"""Draws a cell; the flag says that something stands before it on its line."""

MAX_TABLE = 10_000
"""Cells a table may have, empty ones counted."""

_PAIR_GAP = 4
_TAG_GAP = 3
_CASES_GAP = 3
_COLUMN_GAP = 2

# A crossing by its arms: up, down, left, right.
_CROSSINGS = {
    (False, True, False, True): "┌",
    (False, True, True, True): "┬",
    (False, True, True, False): "┐",
    (True, True, False, True): "├",
    (True, True, True, True): "┼",
    (True, True, True, False): "┤",
    (True, False, False, True): "└",
    (True, False, True, True): "┴",
    (True, False, True, False): "┘",
}


@dataclass(frozen=True, slots=True)
class _Grid:
    """Drawn cells, the width and alignment of each column, and the blank cells left of it."""

    rows: list[list[Box]]
    widths: list[int]
    columns: str
    gaps: list[int]
    rules: list[int]
    """Where vertical rules stand, in cells from the left."""
    width: int


def table_box(table: Table, draw: Draw, *, braced: bool = False) -> Box:
    """A table with its fences. `braced`: a brace stands at its side, so that two rows need a middle one."""
    if not any(row.cells for row in table.rows):
        return fenced(table.left, [blank(0)], (), table.right)
    grid = _grid(table, draw)
    lines = [_line(grid, row) for row in range(len(grid.rows))]
    if table.kind == "multline":
        lines = _spread(lines, grid.width)
    brace = braced or bool({table.left, table.right} & {"{", "}"})
    body = _stack(table, grid, lines, draw, brace=brace)
    if table.kind == "cases":
        side = pad(body, left=1) if table.left else pad(body, right=1)
        return fenced(table.left, [side], (), table.right, space=0)
    return fenced(table.left, [body], (), table.right) if table.left or table.right else body


# -- columns --------------------------------------------------------------------------------------------


def _grid(table: Table, draw: Draw) -> _Grid:
    count = max(len(row.cells) for row in table.rows)
    if count * len(table.rows) > MAX_TABLE:
        raise TexError(f"Too large: a table of {len(table.rows)} rows and {count} columns", 0)
    rows = [
        [draw(cell, _continues(table, index, column)) for column, cell in enumerate(row.cells)]
        for index, row in enumerate(table.rows)
    ]
    widths = [max((row[i].width for row in rows if i < len(row)), default=0) for i in range(count)]
    columns = "".join(_alignment(table, column) for column in range(count))
    gaps = [_gap(table, column) for column in range(count)]
    ends = list(accumulate(width + gap for width, gap in zip(widths, gaps, strict=True)))
    starts = [end - width for end, width in zip(ends, widths, strict=True)]
    end = ends[-1]
    rules = [starts[column] - 2 for column in sorted(table.rules) if column < count]
    if count in table.rules:
        rules.append(end + 1)
        end += 2
    return _Grid(rows, widths, columns, gaps, rules, end)


def _continues(table: Table, row: int, column: int) -> bool:
    """Whether a cell goes on with the formula of the cell before it."""
    if table.kind == "multline":
        return row > 0
    return table.kind == "aligned" and column % len(table.columns) > 0


def _alignment(table: Table, column: int) -> str:
    if table.kind == "array" and column >= len(table.columns):
        return "c"
    return table.columns[column % len(table.columns)]


def _gap(table: Table, column: int) -> int:
    if column in table.rules:
        return 3 if column else 2
    if column == 0:
        return 0
    if table.kind == "aligned":
        size = len(table.columns)
        return _PAIR_GAP if column % size == 0 else int(size == 3 and column % size == 2)
    return _CASES_GAP if table.kind == "cases" else _COLUMN_GAP


def _line(grid: _Grid, index: int) -> Box:
    """One row: its cells with the gaps between them, and the vertical rules."""
    row = grid.rows[index]
    parts: list[Box] = []
    for column, width in enumerate(grid.widths):
        box = row[column] if column < len(row) else blank(0)
        parts += [blank(grid.gaps[column]), aligned(box, width, grid.columns[column])]
    line = beside(parts)
    line = pad(line, right=grid.width - line.width)
    return _ruled(line, grid) if grid.rules else line


def _ruled(line: Box, grid: _Grid) -> Box:
    """A row cut open where the vertical rules stand: those cells are blank, and one cell each."""
    rows = []
    for row in line.rows:
        for column in grid.rules:
            row = _replaced(row, column, "│")
        rows.append(row)
    return Box(tuple(rows), line.width, line.base)


def _replaced(row: str, column: int, char: str) -> str:
    """A row with a blank cell replaced; characters before it may be wider or narrower than a cell."""
    cell = 0
    for index, old in enumerate(row):
        if cell == column and old == " ":
            return row[:index] + char + row[index + 1 :]
        cell += char_width(old)
    return row


# -- rows -----------------------------------------------------------------------------------------------


def _stack(table: Table, grid: _Grid, lines: list[Box], draw: Draw, *, brace: bool) -> Box:
    """Rows on top of each other, with blank rows, rules and equation numbers."""
    parts: list[Box] = []
    bases: list[int] = []
    height = 0
    for index, line in enumerate(lines):
        above = _above(table, grid, lines, index, brace=brace)
        parts += [*above, line]
        bases.append(height + len(above) + line.base)
        height += len(above) + line.height
    if table.bottom_rule:
        parts.append(_rule(grid, up=True, down=False))
        height += 1
    base = 0 if table.kind == "substack" else bases[0] if len(lines) == 1 else height // 2
    return _with_tags(table, stacked(parts, base, "l"), bases, draw)


def _above(table: Table, grid: _Grid, lines: list[Box], index: int, *, brace: bool) -> list[Box]:
    """What goes between a row and the one above it: a rule, a blank row or nothing."""
    if table.rows[index].rule:
        return [_rule(grid, up=index > 0, down=True)]
    if index == 0 or table.kind == "substack":
        return []
    tall = lines[index - 1].height > 1 and lines[index].height > 1
    if tall or (brace and len(lines) == 2):
        return [_ruled(blank(grid.width), grid) if grid.rules else blank(grid.width)]
    return []


def _rule(grid: _Grid, *, up: bool, down: bool) -> Box:
    """A horizontal rule, which crosses the vertical ones."""
    chars = ["─"] * grid.width
    for column in grid.rules:
        chars[column] = _CROSSINGS.get((up, down, column > 0, column < grid.width - 1), "┼")
    return Box(("".join(chars),), grid.width)


def _spread(lines: list[Box], width: int) -> list[Box]:
    """Rows of a multline: the first at the left, the last at the right, the others centred."""
    if len(lines) == 1:
        return lines
    whole = max(width, lines[0].width + _PAIR_GAP, lines[-1].width + _PAIR_GAP)
    sides = ["l", *["c"] * (len(lines) - 2), "r"]
    return [aligned(line, whole, side) for line, side in zip(lines, sides, strict=True)]


def _with_tags(table: Table, body: Box, bases: list[int], draw: Draw) -> Box:
    """The table with the equation numbers of its rows at the right."""
    numbered = [(row.tag, base) for row, base in zip(table.rows, bases, strict=True) if row.tag]
    tags = {base: draw(tag, False) for tag, base in numbered}
    if not tags:
        return body
    width = max(tag.width for tag in tags.values())
    column = [" " * width] * body.height
    for base, tag in tags.items():
        column[base] = aligned(tag, width, "r").rows[0]
    return beside([body, blank(_TAG_GAP), Box(tuple(column), width, body.base)])
