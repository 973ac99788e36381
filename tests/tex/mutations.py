"""Broken and half-broken formulas, made from good ones by a seeded generator."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|\s+|.", re.DOTALL)
_PIECES = r"""
{ } { } ^ _ ^ _ & \\ $ # % ' ~ ( ) [ ] | . , = + - 1 x λ 中 {} \|
\left( \right) \left. \right. \middle| \big \bigl( \frac \sqrt \hat \mathbf \mathrm{d} \mathbb \binom
\text{ \text \begin{matrix} \end{matrix} \begin{cases} \end{cases} \begin \end \limits \nolimits \over
\choose \hline \cr \undefined \foo \, \! \; \quad \sum \int \sin \lim \alpha \in \not \dots \underbrace
\overline \operatorname \substack \displaystyle \[2pt] [2pt] \\[3pt] \tag{1} \label \color{red}
\xrightarrow \stackrel \overset \mathop
"""
_INSERTS = _PIECES.split()


def mutate(source: str, rng: random.Random) -> str:
    """One to three small accidents: a piece lost, doubled, swapped, inserted, or the rest cut off."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        source = rng.choice(_ACCIDENTS)(source, rng)
    return source


def mutations(sources: Sequence[str], count: int, seed: int) -> Iterator[str]:
    """That many mutated sources, the same ones for the same seed."""
    rng = random.Random(seed)
    for _ in range(count):
        yield mutate(rng.choice(sources), rng)


def _lose_char(source: str, rng: random.Random) -> str:
    at = rng.randrange(len(source) + 1)
    return source[:at] + source[at + 1 :]


def _lose_token(source: str, rng: random.Random) -> str:
    tokens = _TOKEN.findall(source) or [""]
    del tokens[rng.randrange(len(tokens))]
    return "".join(tokens)


def _insert(source: str, rng: random.Random) -> str:
    tokens = _TOKEN.findall(source)
    tokens.insert(rng.randrange(len(tokens) + 1), rng.choice(_INSERTS))
    return "".join(tokens)


def _double(source: str, rng: random.Random) -> str:
    tokens = _TOKEN.findall(source) or [""]
    at = rng.randrange(len(tokens))
    return "".join([*tokens[: at + 1], *tokens[at:]])


def _swap(source: str, rng: random.Random) -> str:
    tokens = _TOKEN.findall(source) or [""]
    first, second = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    tokens[first], tokens[second] = tokens[second], tokens[first]
    return "".join(tokens)


def _cut(source: str, rng: random.Random) -> str:
    at = rng.randrange(len(source) + 1)
    return source[:at] if rng.random() < 0.5 else source[at:]


def _misspell(source: str, rng: random.Random) -> str:
    at = rng.randrange(len(source) + 1)
    return source[:at] + rng.choice("abcxyzABC019{}\\^_&") + source[at + 1 :]


_ACCIDENTS = (_lose_char, _lose_token, _insert, _insert, _double, _swap, _cut, _misspell)
