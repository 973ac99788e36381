"""Reading golden files: headers `=== id mode TeX`, each followed by the expected lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recall.tex import render

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Golden:
    """One expression and its expected text."""

    name: str
    display: bool
    tex: str
    expected: tuple[str, ...]

    def rendered(self) -> tuple[str, ...]:
        """What the renderer makes of it, as the files write it."""
        lines = render(self.tex, display=self.display).lines
        return tuple(line.replace("\u00a0", " ").rstrip() for line in lines)


def goldens(file: str) -> list[Golden]:
    """The goldens of one file in `data`."""
    text = (DATA / file).read_text(encoding="utf-8")
    result = []
    for block in ("\n" + text).split("\n=== ")[1:]:
        head, *lines = block.rstrip("\n").split("\n")
        name, mode, tex = head.split(" ", 2)
        result.append(Golden(name, mode == "D", tex, tuple(lines)))
    return result


def all_sources() -> list[str]:
    """Every expression of the golden files, once."""
    both = goldens("corpus_expected.txt") + goldens("more.txt")
    return list(dict.fromkeys(golden.tex for golden in both))
