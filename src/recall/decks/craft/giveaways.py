"""Questions that can be answered by who has learnt nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.core import cloze
from recall.core.bodies import LANGUAGES, Basic, Choice, Cloze, Option, Text, Typed
from recall.core.formulas import formulas
from recall.decks.problems import Problem
from recall.decks.standard.choices import length
from recall.decks.standard.rules import CJK, Held, question_of, without_formulas
from recall.i18n import _

MOST_WORDS = 12
"""Words, Chinese pairs and formulas of an answer that is short enough to be read off its question."""
SHORTEST_FORMULA = 5
FAR = 2.5
"""How many times the longest (shortest) of the others the right option is when its length tells it."""
SHORTEST_TOLD = 10
"""Characters of the longest option below which lengths tell nothing."""
_ALTERNATIVE = re.compile(r"还是|或者|哪[一个种些]|\bor\b|\bwhich\b|\beither\b|/|、", re.IGNORECASE)
_STOP_WORDS = re.compile(r"a|an|and|are|as|at|be|by|for|from|in|is|it|its|of|on|that|the|this|to|was|were|with")


def answer_in_question(held: Held) -> Iterator[Problem]:
    """No short answer stands, word for word, in its question; a question that offers several to choose from may."""
    question = question_of(held.card)
    if question is None:
        return
    for text in _answers(held):
        for language in LANGUAGES:
            asked, answer = question.in_language(language), text.in_language(language)
            if not _ALTERNATIVE.search(asked) and _is_told(answer, asked):
                message = _("the question has the words of its answer ({language}); ask for what it does not say")
                yield held.problem("answer-in-question", message.format(language=language), question)
                return


def shown_cloze(held: Held) -> Iterator[Problem]:
    """What a deletion hides is not to be read elsewhere while it is hidden."""
    body = held.card.body
    if not isinstance(body, Cloze):
        return
    for source in dict.fromkeys(filter(None, (body.text.zh, body.text.en))):
        for deletion in cloze.parse(source):
            if _stands_in(deletion.text, cloze.question(source, deletion.number)):
                message = _("`{hidden}` is hidden, but stands elsewhere in the text or in its hint; hide it there too")
                yield held.problem("cloze-shown", message.format(hidden=deletion.text[:40]), Text(source, source))
                break


def telling_length(held: Held) -> Iterator[Problem]:
    """The right option is not told by being far longer, or far shorter, than all others."""
    body = held.card.body
    if not isinstance(body, Choice):
        return
    for language in LANGUAGES:
        right = [option for option in body.options if option.correct]
        wrong = [length(option, language) for option in body.options if not option.correct]
        if len(right) == 1 and wrong and _tells(length(right[0], language), wrong):
            message = _("the length of the right option tells it ({language}); give the others about as much to say")
            yield held.problem("telling-length", message.format(language=language), right[0].text)
            return


def _answers(held: Held) -> Iterator[Text]:
    """Texts each of which answers the question; of a choice, the key if no other option is told as well."""
    match held.card.body:
        case Basic(_, back):
            yield back
        case Typed(_, answers):
            yield from (Text(answer, answer) for answer in answers)
        case Choice(front, options):
            told = [option for option in options if _is_option_told(option, front)]
            if len(told) == 1 and told[0].correct:
                yield told[0].text


def _is_option_told(option: Option, front: Text) -> bool:
    return any(_is_told(option.text.in_language(language), front.in_language(language)) for language in LANGUAGES)


def _is_told(answer: str, asked: str) -> bool:
    parts = _parts(answer)
    return 0 < len(parts) <= MOST_WORDS and any(map(_is_telling, parts)) and parts <= _parts(asked)


def _parts(text: str) -> frozenset[str]:
    """What a text is made of: its words, the pairs of its Chinese characters, its numbers and formulas."""
    text = cloze.filled(text)
    tex = {"$" + re.sub(r"\s", "", formula.tex) for formula in formulas(text)}
    words = without_formulas(text, " ").lower()
    found = re.findall(r"[a-z0-9][\w'.-]*(?<![.'-])", words, re.ASCII)
    latin = {word for word in found if not _STOP_WORDS.fullmatch(word)}
    chinese = {run[n : n + 2] for run in re.findall(f"[{CJK}]+", words) for n in range(max(1, len(run) - 1))}
    return frozenset(tex | latin | chinese)


def _is_telling(part: str) -> bool:
    """Whether a part is long enough to be no chance: a pair of Chinese characters, a word, a formula."""
    if part.startswith("$"):
        return len(part) > SHORTEST_FORMULA
    return len(part) > 1 if re.match(f"[{CJK}]", part) else len(part) > 3 and not part[0].isdecimal()


def _stands_in(hidden: str, visible: str) -> bool:
    hidden, visible = (re.sub(r"\s+", " ", text.strip(" $")).lower() for text in (hidden, visible))
    if re.search(f"[{CJK}]", hidden):
        return len(hidden) > 1 and hidden in visible
    is_word = re.fullmatch(r"[a-z][a-z' -]*", hidden) is not None
    if len(hidden) < (4 if is_word else SHORTEST_FORMULA):
        return False
    return re.search(rf"(?<![a-z0-9]){re.escape(hidden)}(?![a-z0-9])", visible) is not None


def _tells(right: int, wrong: list[int]) -> bool:
    is_far = right > FAR * max(wrong) or right * FAR < min(wrong)
    return is_far and max(right, *wrong) >= SHORTEST_TOLD
