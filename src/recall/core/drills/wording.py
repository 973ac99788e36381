"""The words of drills in both languages, with the mathematics written once."""

from __future__ import annotations

from recall.core.answers import Exact
from recall.core.drills.drill import Distractor
from recall.core.model import Text

WHOLE = Text("答案是整数。", "The answer is a whole number.")
FRACTION = Text("写成整数或分数，如 `3/4`。", "Answer with a whole number or a fraction, like `3/4`.")
DIGITS = Text("保留 3 位有效数字。", "Round to 3 significant digits.")
DECIMAL = Text("写成小数。", "Answer with a decimal.")
FRACTIONS = Text(
    "依次写出，用逗号隔开；分数如 `3/4`。", "Give them in order, separated by commas; fractions like `3/4`."
)
DECIMALS = Text("依次写成小数，用逗号隔开。", "Give them in order as decimals, separated by commas.")
VECTOR = Text("依次写出各数，用逗号隔开。", "Give the numbers in order, separated by commas.")
VECTOR_OF_FRACTIONS = Text(
    "依次写出各数，用逗号隔开；分数如 `3/4`。",
    "Give the numbers in order, separated by commas; fractions like `3/4`.",
)
MULTISET = Text("顺序不限，用逗号隔开。", "Answer in any order, separated by commas.")
MATRIX = Text("逐行写出，如 `[[1, 2], [3, 4]]`。", "Give it row by row, like `[[1, 2], [3, 4]]`.")
MATRIX_OF_FRACTIONS = Text(
    "逐行写出，如 `[[1, 2], [3, 4]]`；分数如 `3/4`。",
    "Give it row by row, like `[[1, 2], [3, 4]]`; fractions like `3/4`.",
)
SHAPE = Text("写出各维的大小，用逗号隔开，如 `3, 4`。", "Give the sizes in order, separated by commas, like `3, 4`.")


def both(zh: str, en: str, *formulas: str) -> Text:
    """The text in both languages, with each formula between dollars in place of a `{}`."""
    inline = [f"${formula}$" for formula in formulas]
    return Text(zh.format(*inline), en.format(*inline))


def question(asked: Text, form: Text, *shown: str) -> Text:
    """What is asked, the displayed formulas, and the form the answer is wanted in."""
    return steps(asked, *(f"$${formula}$$" for formula in shown), form)


def steps(*lines: Text | str) -> Text:
    """Lines below each other; a `str` is the same in both languages."""
    return Text(
        "\n\n".join(line if isinstance(line, str) else line.in_language("zh") for line in lines),
        "\n\n".join(line if isinstance(line, str) else line.in_language("en") for line in lines),
    )


def wrong(answer: Exact, zh: str, en: str) -> Distractor:
    """A wrong answer and the mistake behind it."""
    return Distractor(answer, Text(zh, en))
