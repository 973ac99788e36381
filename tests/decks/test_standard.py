"""The standard of the bundled cards: a card that keeps it, and what is said of one that breaks it in one place."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from recall.decks.curriculum import load_curriculum
from recall.decks.folders import CURRICULUM_FILE, deck_files
from recall.decks.load import load_deck
from recall.decks.standard import standard_problems
from recall.decks.standard.alike import near_duplicates
from recall.decks.standard.rules import of_decks
from recall.environment import bundled_decks
from tests.support_decks import parsed

HEAD = "topic: la.svd\nsource: [axler#7]\ntags: [why, contrast]\ncards:\n"
BASIC = """- id: la.svd-01
  front: {zh: 为什么 $A^\\top A$ 的特征值非负？, en: Why are the eigenvalues of $A^\\top A$ not negative?}
  back: {zh: '因为 $x^\\top A^\\top Ax=\\|Ax\\|^2$。', en: 'Since $x^\\top A^\\top Ax=\\|Ax\\|^2$.'}
  difficulty: 2
"""
CHOICE = """- id: la.svd-02
  front: {zh: 哪个矩阵的奇异值全是 1？, en: Which matrix has only 1 for singular values?}
  choices:
  - {text: {zh: 正交矩阵, en: an orthogonal one}, why: {zh: 保长, en: keeps lengths}, correct: true}
  - {text: {zh: 对称矩阵, en: a symmetric one}, why: {zh: 可伸缩, en: may stretch}}
  - {text: {zh: 三角矩阵, en: a triangular one}, why: {zh: 可伸缩, en: may stretch}}
  - {text: {zh: 幂零矩阵, en: a nilpotent one}, why: {zh: 有零, en: has zeros}}
  difficulty: 1
"""
ORDER = """- id: la.svd-03
  front: {zh: 排出求解步骤, en: Put the steps in order}
  steps: [$A$, $B$, $C$]
  difficulty: 1
"""
OUTPUT = """- id: la.svd-04
  front: {zh: 写出输出, en: What is printed?}
  code: print(1)
  answer: 1
  difficulty: 1
"""
INTERVIEW = """- id: la.svd-05
  front: {zh: 怎么算奇异值？稳定吗？, en: How are singular values computed? Is it stable?}
  rubric:
  - {point: {zh: 双对角化, en: bidiagonalise}, must: true}
  - {point: {zh: 迭代, en: iterate}}
  - {point: {zh: 误差小, en: the error is small}}
  difficulty: 4
"""
GOOD = HEAD + BASIC + CHOICE + ORDER + OUTPUT + INTERVIEW

FAULTS = {
    "no source": ("incomplete", "source: [axler#7]\n", ""),
    "no difficulty": ("incomplete", "  difficulty: 2\n", ""),
    "an id that is not the topic's": ("id-form", "la.svd-01", "la.svd-one"),
    "a long Chinese question": ("too-long", "非负？", "非负" * 30 + "？"),
    "a long English answer": ("too-long", "en: 'Since", "en: 'Since" + " so" * 45),
    "two questions": ("two-questions", "not negative?", "what? Not negative?"),
    "a list in Chinese": ("enumeration", "为什么 $A^\\top A$ 的特征值非负？", "$A^\\top A$ 有哪些特征值？"),
    "a list in English": ("enumeration", "Why are the eigenvalues", "Name the eigenvalues"),
    "no Chinese": ("translation", "{zh: 写出输出, en: What is printed?}", "{en: What is printed?}"),
    "Chinese for English": ("translation", "en: What is printed?", "en: 写出输出"),
    "another formula": ("mathematics", "Since $x^\\top A^\\top Ax", "Since $x^\\top AA^\\top x"),
    "another number": ("mathematics", "奇异值全是 1", "奇异值全是 17"),
    "no space": ("spacing", "全是 1", "全是1"),
    "no space before a formula": ("spacing", "为什么 $A", "为什么$A"),
    "a comma of half width": ("punctuation", "zh: 保长", "zh: '保长, 保角'"),
    "brackets of half width": ("punctuation", "zh: 保长", "zh: 保长(等距)"),
    "traditional characters": ("traditional", "zh: 保长", "zh: 保長"),
    "Chinese in a formula": ("chinese-in-math", "$x^\\top A^\\top Ax=\\|Ax\\|^2$", "$长度=\\|Ax\\|^2$"),
    "three options": (
        "options",
        "  - {text: {zh: 幂零矩阵, en: a nilpotent one}, why: {zh: 有零, en: has zeros}}\n",
        "",
    ),
    "an option without a reason": ("options", ", why: {zh: 有零, en: has zeros}", ""),
    "none of the above": ("options", "{zh: 幂零矩阵, en: a nilpotent one}", "{zh: 以上都不是, en: none of the above}"),
    "a key that is long": ("key-length", "an orthogonal one", "an orthogonal one that is square"),
    "a key that is short": ("key-length", "zh: 正交矩阵", "zh: 正交"),
    "two steps": ("steps", "[$A$, $B$, $C$]", "[$A$, $B$]"),
    "seven steps": ("steps", "[$A$, $B$, $C$]", "[$A$, $B$, $C$, $D$, $E$, $F$, $G$]"),
    "a long program": ("code-lines", "code: print(1)", 'code: "a = 1\\n\\n\\n\\n\\n\\n\\n\\nprint(a)"'),
    "a rubric without a point that must be made": ("thin-rubric", ", must: true", ""),
    "a weight out of range": ("thin-rubric", "must: true", "must: true, weight: 4"),
    "nobody asks why": ("topic", "tags: [why, contrast]", "tags: [contrast]"),
    "nothing is produced": ("topic", ORDER + OUTPUT, ""),
}


def codes(text: str) -> set[str]:
    deck = parsed(text)
    assert deck.problems == []
    return {problem.code for problem in standard_problems([deck])}


def test_cards_that_keep_the_standard_have_no_finding() -> None:
    assert codes(GOOD) == set()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_nothing_else(name: str) -> None:
    code, *changes = FAULTS[name]
    text = GOOD
    for before, after in zip(changes[::2], changes[1::2], strict=True):
        assert before in text
        text = text.replace(before, after)
    assert codes(text) == {code}


def test_a_card_without_tags_is_found() -> None:
    assert codes(GOOD.replace("tags: [why, contrast]\n", "")) == {"incomplete", "topic"}


def test_a_finding_stands_where_the_text_begins() -> None:
    (problem,) = standard_problems([parsed(GOOD.replace("zh: 保长", "zh: 保長"))])
    line = GOOD.splitlines().index(CHOICE.splitlines()[3]) + 1
    assert (problem.line, problem.column) == (line, CHOICE.splitlines()[3].index("保长") + 1)


@pytest.mark.parametrize(
    ("zh", "en"),
    [("12 万步", "120,000 steps"), ("3 个", "three"), ("八成", "80 percent"), ("5 亿", "500 million"), ("8k", "8k")],
)
def test_a_number_may_be_written_as_its_language_does(zh: str, en: str) -> None:
    assert codes(GOOD.replace("zh: 保长", f"zh: '{zh}'").replace("en: keeps lengths", f"en: '{en}'")) == set()


def near(tag: str) -> str:
    other = BASIC.replace("-01", "-06").replace("特征值非负", "特征值都非负").replace("not negative", "never negative")
    return (GOOD + other).replace("  difficulty: 2\n", f"  difficulty: 2\n  tags: [why, {tag}]\n")


def test_two_questions_nearly_the_same_are_found_once() -> None:
    (problem,) = near_duplicates(list(of_decks([parsed(near("other"))])))
    assert problem.code == "near-duplicate"
    assert "la.svd-01" in problem.message


def test_capitals_make_no_other_question() -> None:
    (problem,) = near_duplicates(
        list(of_decks([parsed("cards:\n- {front: WHAT IS A RING?, back: a}\n- {front: what is a ring?, back: a}\n")]))
    )
    assert problem.code == "near-duplicate"


def test_a_question_like_many_is_found_once() -> None:
    entries = "".join(f"- {{front: What is the answer of question {n}?, back: '{n}'}}\n" for n in range(20))
    assert len(list(near_duplicates(list(of_decks([parsed(f"cards:\n{entries}")]))))) == 19


def test_two_questions_nearly_the_same_may_be_a_contrast() -> None:
    assert list(near_duplicates(list(of_decks([parsed(near("contrast"))])))) == []


def test_programs_with_the_same_words_before_them_are_two_questions() -> None:
    text = GOOD + OUTPUT.replace("-04", "-07").replace("print(1)", "print(sum(range(1, 2)))")
    assert list(near_duplicates(list(of_decks([parsed(text)])))) == []


def test_the_very_same_question_is_found_though_it_is_a_contrast() -> None:
    (problem,) = near_duplicates(list(of_decks([parsed(GOOD + BASIC.replace("-01", "-06"))])))
    assert (problem.code, problem.line) == ("duplicate-question", GOOD.count("\n") + 2)


def test_each_topic_has_three_fifths_of_its_cards() -> None:
    decks = bundled_decks()
    counts = Counter(located.card.topic for path in deck_files(decks) for located in load_deck(path).cards)
    wanted = {
        topic.id: max(math.ceil(0.6 * topic.target_cards), min(3, topic.target_cards))
        for stage in load_curriculum(decks / CURRICULUM_FILE).stages
        for topic in stage.topics
    }
    assert {topic: (counts[topic], least) for topic, least in wanted.items() if counts[topic] < least} == {}
