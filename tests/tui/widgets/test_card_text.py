"""What a card looks like on the screen, for text that is Chinese, mathematical or hostile."""

import re

import pytest
from textual.geometry import Offset
from textual.selection import SELECT_ALL
from textual.widget import Widget

from recall.tui.widgets.card_text import CardFence, CardMath, CardTable
from tests.tui.widgets.pane import lines_of, pane

pytestmark = pytest.mark.usefixtures("fake_tex")

SIZES = [(80, 24), (40, 20)]
PARAGRAPH = "线性代数研究向量空间、线性映射（以及矩阵）；秩是列空间的维数。为什么？因为「基」的个数不变！" * 6


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "text",
    [
        "[/]",
        "dp[i][j]",
        "[b]粗[/b]",
        "[Q] [$primary] [red]x",
        "vector<int> a<b>c</b>",
        "<script>alert(1)</script>",
        "&lt;b&gt; <!-- x -->",
        "a ~ b ^ c | d",
        "100% \\[x\\] {y} {{c1::z}}",
        "$",
        "价格 $5 起",
        "$x 没有关上",
        "$$ 没有关上",
        "$5 and $6",
        "涨了$5到$6",
        "5$或6$",
        "\\$x\\$",
        "$$$$",
        "[foo]: /url",
        "[@click=app.quit]x[/]",
        "snake_case_name 和 d_k_v",
        "2*3*4",
        "(。•́︿•̀。)",
    ],
)
async def test_text_is_shown_as_typed(text: str, size: tuple[int, int]) -> None:
    typed = re.sub(r"\\([$\[\]])", r"\1", text).replace("&lt;", "<").replace("&gt;", ">")
    if text == "2*3*4":
        typed = "234"  # it is emphasis, here as everywhere in Markdown
    assert await lines_of(text, *size) == [typed]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$2\\times 3$", "2× 3"),
        ("$5$ 与 $1/2$", "5 与 1/2"),
        ("$x=1$ 得 5", "x=1 得 5"),
        ("$x$ 后有反斜杠\\", "x 后有反斜杠\\"),
        ("设 $a_i$，则 $b*c*d$ 与 $[i]_j$", "设 a_i，则 b*c*d 与 [i]_j"),
        ("$a$$b$", "ab"),
        ("`$x$` 是代码", "$x$ 是代码"),
        ("$a\n+b$", "a +b"),
        ("**粗 $x$**的", "粗 x的"),
    ],
)
async def test_math_between_dollars_is_typeset(text: str, shown: str) -> None:
    assert await lines_of(text) == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31m红",
        "\x1b]0;title\x07",
        "a\u202eb",
        "&#x202e;b",
        "&#27;[2J",
        "http://a.b/%1b%5B2J%e2%80%ae",
        "\x9b2J",
        "\ud800",
        "`\x1b[1m`",
        "x\u200by",
    ],
)
async def test_control_characters_never_reach_the_terminal(text: str) -> None:
    shown = "\n".join(await lines_of(f"{text}\n\n    {text}\n\n$${text}$$\n\n| {text} |\n|---|\n| $x{text}$ |"))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)


@pytest.mark.parametrize("size", SIZES)
async def test_a_long_chinese_paragraph_has_no_line_that_begins_with_closing_punctuation(
    size: tuple[int, int],
) -> None:
    lines = await lines_of(PARAGRAPH, *size)
    assert len(lines) > 3
    assert not [line for line in lines if line[0] in "。，、；？！）」"]
    assert not [line for line in lines if line[-1] in "（「"]
    assert "".join(lines) == PARAGRAPH[: len("".join(lines))]


async def test_chinese_uses_the_width_of_the_line() -> None:
    lines = await lines_of("before " + "汉" * 60, 40)
    assert lines[0] == "before " + "汉" * 16


async def test_a_soft_line_end_joins_chinese_and_parts_words() -> None:
    assert await lines_of("中文\n接着，\nthen\nwords\n中文") == ["中文接着，then words 中文"]
    assert await lines_of("**中**\n*文*\n“引”") == ["中文“引”"]


@pytest.mark.parametrize("text", ["**秩**为", "**定义（A）**是", "是**（A）**的", "他说**“好”**吧", "**f(x)**是"])
async def test_bold_works_next_to_chinese(text: str) -> None:
    async with pane(text) as (app, _):
        assert app.lines() == [text.replace("**", "")]
        assert app.style_of(text.split("**")[1]).bold


async def test_emoji_stay_whole() -> None:
    lines = await lines_of("👩‍🔬" * 30, 40)
    assert [line.count("👩‍🔬") for line in lines] == [20, 10] or "".join(lines) == "👩‍🔬" * 30


async def test_four_thousand_characters_are_all_there() -> None:
    text = (PARAGRAPH * 20)[:4000]
    async with pane(text, 80, 120) as (app, _):
        assert "".join(app.lines()) == text


@pytest.mark.parametrize(
    ("text", "highlighted", "plain"),
    [
        ("由\ue000秩\ue001决定", "秩", "由"),
        ("由 \ue000$Ax = b$\ue001 决定", "Ax = b", "决定"),
        ("设 $a = \ue000b\ue001$ 成立", "a = b", "成立"),
        ("头\ue000甲 $x$ **乙**\ue001尾", "乙", "尾"),
        ("前 \ue000一\n\n二\ue001 后", "二", "后"),
        ("式 \ue000$$x = y$$\ue001 后", "x = y", "后"),
        ("\ue000`code`\ue001 后", "code", "后"),
        ("```python\na = \ue000bcd\ue001\ne\n```", "bcd", "e"),
        ("| 甲 | \ue000乙\ue001 |\n|---|---|\n| 丙 | 丁 |", "乙", "丙"),
        ("- 一 \ue000二\n- 三\ue001 四", "三", "四"),
    ],
)
async def test_the_answer_of_a_cloze_is_highlighted(text: str, highlighted: str, plain: str) -> None:
    async with pane(text) as (app, _):
        accent = app.style_of(highlighted)
        assert accent.bold
        assert accent.color != app.style_of(plain).color
        assert not app.style_of(plain).bold or text.startswith("|")
        assert not re.search("[\ue000-\ue00f]", "".join(app.lines()))


async def test_emphasis_sees_through_the_marks_of_a_cloze() -> None:
    async with pane("\ue000**（甲）**\ue001_乙_ \ue000_em_\ue001") as (app, _):
        assert app.lines() == ["（甲）乙 em"]
        assert app.style_of("em").italic


async def test_a_displayed_formula_is_a_block_indented_by_two() -> None:
    assert await lines_of("文\n\n$$\nx = y\n$$\n\n尾") == ["文", "", "  x = y", "", "尾"]
    assert await lines_of("文 $$x$$ 尾 $$y$$") == ["文", "", "  x", "", "尾", "", "  y"]
    assert await lines_of("- 项\n\n  $$x$$\n- 项") == ["• 项", "", "    x", "", "• 项"]
    assert await lines_of("$$a$$ 与 $$b$$") == ["  a", "", "与", "", "  b"]


async def test_a_displayed_formula_is_set_anew_when_the_width_changes() -> None:
    formula = "a + b + c + d + e + f = g + h + i + j + k + l"
    async with pane(f"$${formula}$$", 80) as (app, pilot):
        assert app.lines() == [f"  {formula}"]
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        assert app.lines() == ["  a + b + c + d + e + f", "  = g + h + i + j + k + l"]
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.lines() == [f"  {formula}"]


async def test_a_formula_wider_than_the_pane_scrolls_sideways_and_only_then_takes_the_focus() -> None:
    async with pane("$$short$$\n\n$$" + "x" * 60 + "END$$", 40, 20) as (app, pilot):
        short, wide = app.card.query(CardMath)
        assert not short.can_focus
        assert wide.can_focus
        assert "END" not in "\n".join(app.lines())
        wide.focus()
        await pilot.press(*["right"] * 40)
        await pilot.pause()
        assert "END" in "\n".join(app.lines())
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert not wide.can_focus


async def test_a_wide_line_of_code_scrolls_and_leaves_other_keys_alone() -> None:
    async with pane("```\n" + "x" * 60 + "\n```", 40, 20) as (app, _):
        fence = app.card.query_one(CardFence)
        assert fence.can_focus
        assert {key for key, _ in fence._bindings} == {"left", "right"}


async def test_a_formula_with_a_mistake_shows_its_source_and_the_reason() -> None:
    async with pane("设 $\\bad{x}$ 为\n\n$$\\bad$$\n\n$\\crash$") as (app, _):
        reason = "(unknown command \\bad)"
        assert app.lines() == [
            f"设 \\bad{{x}} {reason} 为",
            "",
            "  \\bad",
            f"  {reason}",
            "",
            "\\crash (ZeroDivisionError: a defect)",
        ]
        assert app.style_of("\\bad{x}").color != app.style_of("设").color


async def test_math_stays_on_one_line_and_takes_no_style() -> None:
    async with pane("设矩阵方程为 $A x = b + c + d$ 的形式", 26) as (app, _):
        assert app.lines() == ["设矩阵方程为", "A x = b + c + d 的形式"]
        style = app.style_of("A x")
        assert (style.bold, style.italic, style.color) == (None, None, app.style_of("设").color)


async def test_pipes_in_formulas_do_not_break_cells() -> None:
    lines = await lines_of("| 量 | 式 |\n|---|---|\n| KL | $D(p\\|q)$ |\n| 条件 | $p(z|w)$ 与 $|x|$ |")
    assert lines == ["量   │ 式", "─────┼──────────────", "KL   │ D(p‖q)", "条件 │ p(z|w) 与 |x|"]


async def test_a_table_shrinks_to_the_pane_without_losing_a_column() -> None:
    text = "| a | b | c |\n|---|---|--:|\n| " + "长" * 30 + " | word " + "字" * 30 + " | 9 |"
    lines = await lines_of(text, 40)
    assert max(map(len, lines)) <= 40
    assert "".join(lines).count("长") == "".join(lines).count("字") == 30
    assert lines[0].endswith("c")
    assert "9" in lines[2]


async def test_a_table_of_hostile_text_can_be_pointed_at() -> None:
    async with pane("| [/] | [b] |\n|---|---|\n| [/x] | `[/]` |") as (app, pilot):
        await pilot.hover(CardTable, offset=Offset(1, 2))
        await pilot.pause(0.5)
        assert app.lines()[2] == "[/x] │ [/]"


async def test_code_is_shown_as_typed_on_a_quiet_background() -> None:
    async with pane("用 `dp[i][j]` 与\n\n```python\nx: list[int] = [/]\n```") as (app, _):
        assert "x: list[int] = [/]" in "\n".join(app.lines())
        plain, code = app.style_of("用"), app.style_of("dp[i][j]")
        assert code.bgcolor != plain.bgcolor
        assert code.color == plain.color
        assert app.style_of("list").color != app.style_of("=").color or app.style_of("x").bgcolor != plain.bgcolor


@pytest.mark.parametrize("language", ["", "nonsense", "[/]", "python title=x"])
async def test_any_language_of_code_is_taken(language: str) -> None:
    assert await lines_of(f"```{language}\nx = 1\n```") == [" x = 1"]


async def test_an_image_shows_its_description() -> None:
    assert await lines_of("见 ![一张图 [/]](a/b.png)") == ["见 ▣ 一张图 [/]"]
    assert await lines_of("![](a/b.png)") == ["▣ b.png"]


@pytest.mark.parametrize(
    ("link", "opened"),
    [
        ("[x](https://a.example/b%20c)", ["https://a.example/b%20c"]),
        ("<http://a.example/>", ["http://a.example/"]),
        ("https://a.example/b，中文", ["https://a.example/b"]),
        ("https://a.example/b然后", ["https://a.example/b"]),
        ("[x](mailto:a@b.example)", []),
        ("[x](../secret)", []),
        ("[x](ftp://a.example)", []),
    ],
)
async def test_only_links_to_the_web_open(link: str, opened: list[str]) -> None:
    for text in (link, f"| {link} |\n|---|"):
        async with pane(text) as (app, pilot):
            await pilot.click(offset=(0, 0))
            await pilot.pause()
            assert app.opened == opened


async def test_file_names_are_no_links() -> None:
    async with pane("train.py 与 a@b.cn") as (app, pilot):
        await pilot.click(offset=(1, 0))
        await pilot.pause()
        assert app.opened == []


async def test_spacing_is_calm_and_nothing_is_blank_at_the_ends() -> None:
    text = "# 题\n\n一\n\n- 甲\n- 乙\n\n1. 丙\n\n> 引\n\n二"
    lines = await lines_of(text)
    assert lines == ["题", "", "一", "", "• 甲", "• 乙", "", " 1. 丙", "", "▌ 引", "", "二"]
    async with pane("一\n\n- 甲") as (app, pilot):
        assert app.card.size.height == 3
        await app.card.set_text("一\n\n二")
        await pilot.pause()
        assert app.card.size.height == 3


async def test_a_formula_that_ends_a_list_or_a_quote_adds_no_second_blank_line() -> None:
    text = "- 甲\n\n  $$x$$\n- 乙\n\n  $$y$$\n\n> 引\n> $$z$$\n\n尾"
    lines = await lines_of(text)
    assert lines[:7] == ["• 甲", "", "    x", "", "• 乙", "", "    y"]
    assert lines[7:] == ["", "▌ 引", "▌", "▌   z", "", "尾"]


async def test_set_text_replaces_what_is_shown_and_the_last_wins() -> None:
    async with pane("旧") as (app, pilot):
        await app.card.set_text("# 新")
        await pilot.pause()
        assert app.lines() == ["新"]
        updates = [app.card.set_text(f"第 {number} 张") for number in range(5)]
        for update in updates:
            await update
        await app.card.set_text("")
        await pilot.pause()
        assert app.lines() == []


async def test_selected_text_is_what_is_shown() -> None:
    async with pane("设 $a + b$ 为**和**\n\n$$x = y$$") as (app, pilot):
        app.screen.selections = {each: SELECT_ALL for each in app.card.walk_children(Widget) if not each.is_container}
        await pilot.pause()
        assert app.screen.get_selected_text() == "设 a + b 为和\nx = y"


async def test_dragging_over_wrapped_chinese_selects_what_lies_between() -> None:
    async with pane("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳", 20) as (app, pilot):
        await pilot.mouse_down(offset=(4, 0))
        await pilot.hover(offset=(4, 1))
        await pilot.mouse_up(offset=(4, 1))
        assert app.screen.get_selected_text() == "丙丁戊己庚辛壬癸子丑寅"


@pytest.mark.parametrize("width", [1, 2, 5])
async def test_a_pane_too_narrow_for_anything_is_survived(width: int) -> None:
    text = f"{PARAGRAPH}\n\n$$x$$\n\n| a | b |\n|---|---|\n| 汉 | $y$ |\n\n```\ncode\n```\n\n- x"
    await lines_of(text, width, 10)
