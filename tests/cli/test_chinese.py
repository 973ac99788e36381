"""Under `--lang zh` nothing on the screen is English: neither click's words nor ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recall.cli.app import COMMANDS
from recall.cli.table import cell_width
from tests.cli.program import Outcome, Program

NOT_WORDS = re.compile(
    r"(?m)^ *(示例：.*(\n.*)*|[a-z]+  )"  # an example, which ends the help; a command in the list of commands
    r"|'[^']*'|`[^`]*`|\[[a-z|\n ]+\]|\[x>=\d+\]|\{[a-z|]+\}|(?<!\w)--?[a-z-]+|\b[A-Z]\b|again|hard|good|easy"
    r"|\b[a-z]+:[a-z]*|\b[a-z]+(,[a-z]+)+\b|==\w+==|\*\*\w+\*\*|\b\w+::\w+|tags（|\.[a-z][a-z0-9]+|\bctrl\+\w"
    r"|\b(recall|RECALL_[A-Z]+|URL|JSON|CSV|TSV|YAML|TeX|UTF|USB|OR|id|last|shell|git|front|back|csv|markdown|json|github)\b"
    r"|\b(Anki|anki|Markdown|MathJax|Obsidian|hashcards|repeater|Schema|Syncthing|Dropbox|GitHub|NumPy|recall-srs)\b"
    r"|curriculum|sources|srs"
)
"""What stays as it is: quotations, options, choices, names."""


@pytest.fixture
def chinese(small: Program) -> Program:
    """recall in Chinese in a locale that is English."""
    small.language = "zh"
    small.variables = {"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8", "LANGUAGE": "en"}
    return small


def english_words(text: str) -> list[str]:
    return re.findall("[A-Za-z]{2,}", NOT_WORDS.sub(" ", text))


def test_the_help_of_recall_has_no_english_words(chinese: Program) -> None:
    shown = chinese.run("--help")
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.startswith("用法: recall [选项] [命令] [参数]…\n")
    assert "\n选项:\n" in shown.out
    assert "\n命令:\n" in shown.out
    assert english_words(shown.out.replace("recall review", "")) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_no_english_words(chinese_help: dict[str, Outcome], name: str) -> None:
    assert english_words(chinese_help[name].out.replace(f"recall {name}", "")) == []


def test_the_texts_of_options_stand_in_one_column(chinese: Program) -> None:
    options = chinese.run("--help").out.partition("选项:\n")[2].partition("\n\n")[0].splitlines()
    columns = {cell_width(match[0]) for line in options if (match := re.match(r"  \S.*?  +(?=\S)", line))}
    assert len(columns) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lern",), "没有命令 'lern'"),
        (("answer",), "缺少参数 '条目'"),
        (("answer", "square"), "请给出评分"),
        (("answer", "square", "great"), "不在可选值之中"),
        (("answer", "square", "good", "more"), "多余的参数（more）"),
        (("answer", "square", "good", "--ms", "-1"), "不在范围"),
        (("answer", "square", "good", "--ms", "soon"), "'soon' 不是有效的数"),
        (("next", "--stag", "x"), "是否想写 '--stage'？"),
        (("next", "--stage"), "选项 '--stage' 需要 1 个值"),
        (("next", "--json=3"), "不带值"),
        (("check", "no-such-folder"), "路径 'no-such-folder' 不存在"),
        (("config", "--unset"), "--unset 需要设置的名称"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_usage_errors_have_no_english_words(chinese: Program, arguments: tuple[str, ...], words: str) -> None:
    shown = chinese.run(*arguments)
    assert (shown.status, shown.out) == (2, "")
    assert words in shown.err
    assert english_words(re.sub(rf"recall {arguments[0]}|（more）", "", shown.err)) == []


def test_english_stays_english_in_a_chinese_locale(small: Program) -> None:
    shown = small.run("--help", environment={"LC_ALL": "zh_CN.UTF-8", "LANGUAGE": "zh"})
    assert shown.out.startswith("Usage: recall [OPTIONS] [COMMAND] [ARGS]...\n")
    assert not re.search("[一-鿿]", shown.out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("answer", "squaer", "good"), "没有名为 squaer 的卡片或条目；是否想写 square？"),
        (("answer", "gap", "good"), "卡片 gap 有多个条目；请指定其一：gap#c1、gap#c2"),
        (("next", "--topic", "mien"), "没有名为 mien 的阶段、主题或卡组；是否想写 mine？"),
        (("undo",), "没有可撤销的内容"),
        (("--decks", "/no/folder", "due"), "卡组文件夹 /no/folder 不存在；请新建，或用 --decks 指定另一个"),
        (("config", "colour"), "没有名为 colour 的设置；用 `recall config` 列出全部设置"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_error_is_told_in_chinese(chinese: Program, arguments: tuple[str, ...], message: str) -> None:
    shown = chinese.run(*arguments)
    assert (shown.status, shown.out, shown.err) == (1, "", f"recall: {message}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("suspend", "gap"), "操作完成：搁置 gap#c1、gap#c2。用 `recall undo` 撤销。"),
        (("export", "anki", "out.apkg"), "已写入 out.apkg：3 条笔记、5 张卡片、作答 0 次。"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_list_is_parted_as_chinese_does(
    chinese: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = chinese.run(*arguments)
    assert (shown.status, shown.out, shown.err) == (0, "", f"{message}\n")


def test_what_the_doctor_found_ends_with_a_chinese_full_stop(chinese: Program) -> None:
    assert chinese.run("doctor").err.endswith("0 个问题。\n")


def test_a_finding_is_told_in_chinese(chinese: Program, tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    path.write_text("cards:\n- front: a\n- cloze: '{{c1::x'\n- front: [b]\n  back: c\n  tpoic: d\n", "utf-8")
    shown = chinese.run("check", path)
    assert shown.out.splitlines() == [
        f"{path}:2:3: error: no-answer: 卡片没有答案：请写上 `back:`",
        f"{path}:3:10: error: cloze: 填空 {{{{c1:: 没有结束：请在其后写上 }}}}",
        f"{path}:4:3: error: no-question: 卡片没有问题：请写上 `front:`（或 `cloze:`）",
        f"{path}:4:10: error: bad-value: 应为：`str | object | null`；实为：列表",
        f"{path}:6:3: error: unknown-field: 没有 `tpoic` 这个字段；是否想写 topic？",
    ]
    assert shown.err == "在 1 个文件中发现 5 个问题。\n"
