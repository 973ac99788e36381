"""Browse in a real terminal, in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Open

pytestmark = pytest.mark.terminal

DECK = r"""
deck: 线性代数
cards:
- id: zhi
  front: {zh: 矩阵的秩是什么？, en: What is the rank of a matrix?}
  back: {zh: '线性无关的列数，$\operatorname{rank}A\le n$。', en: Columns.}
- {id: ji, front: {zh: 矩阵的迹？, en: Trace?}, back: {zh: 对角元之和, en: Sum.}}
"""


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_cards_are_searched_in_chinese_suspended_and_brought_back(
    open_terminal: Open, home: Path, columns: int, rows: int
) -> None:
    (home / "decks" / "zh.yaml").write_text(DECK, "utf-8")
    window = open_terminal(columns, rows, RECALL_LANG="zh")
    window.recall()
    window.wait("recall", "15")
    window.keys("/")
    window.wait("17/17")
    window.tmux("send-keys", "-l", "矩阵")
    window.wait("2/17", "矩阵的秩是什么？", "矩阵的迹？")
    window.tmux("send-keys", "-l", " ≤n")
    window.wait("1/17", "矩阵的秩是什么？")
    window.wait_gone("矩阵的迹？")
    window.shot("search")
    window.keys("Enter", "s")
    window.wait("–  矩阵的秩是什么？")
    window.keys("u")
    window.wait("○  矩阵的秩是什么？")
    window.keys("Enter")
    window.wait("线性无关的列数，rank A ≤ n。", "1/1")
    window.shot("item")
    window.keys("q", "q")
    window.wait("15")
    window.keys("q")
    window.until(lambda _screen: window.value("alternate_on") == "0", "the shell")
