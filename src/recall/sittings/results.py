"""What a quiz or an interview came to, as Markdown: shown on the screen, printed, and written to a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from recall.core.bodies import Interview, Kind
from recall.core.exercise import read_ticks
from recall.core.faces import fenced
from recall.core.model import Language
from recall.core.sitting import What
from recall.i18n import _, ngettext
from recall.names import enumerated
from recall.sittings.sitting import Attempt, Scores, Sitting, SittingQuestion, sittings

STRONG, WEAK = 0.8, 0.7
"""Scores from which an answer is a strength, and below which its topic is to be reviewed."""
SHOWN_EARLIER = 10


@dataclass(frozen=True, slots=True)
class Result:
    """A sitting and those of the same scope that ended before it, oldest first."""

    sitting: Sitting
    earlier: Sequence[Sitting]

    @property
    def previous(self) -> Sitting | None:
        return self.earlier[-1] if self.earlier else None


def result_of(sitting: Sitting) -> Result:
    same = [
        each
        for each in sittings(sitting.workspace, sitting.plan.what)
        if each.ended is not None and each.id < sitting.id and each.plan.scope == sitting.plan.scope
    ]
    return Result(sitting, same)


def score_of(sitting: Sitting) -> float:
    """The score it ended with, from 0 to 1; of one that goes on, that of the answers so far."""
    return float(sitting.ended.payload["score"]) if sitting.ended else sitting.scores()[0].share


def title_of(sitting: Sitting) -> str:
    """What it was, and when."""
    title = _("Quiz, {when}") if sitting.plan.what is What.QUIZ else _("Mock interview, {when}")
    return title.format(when=time_begun(sitting))


def time_begun(sitting: Sitting) -> str:
    """When it began, on the learner's clock."""
    return sitting.workspace.calendar.clock_text(sitting.begun.at)


def scope_text(sitting: Sitting) -> str:
    """The stages and topics that were named, by their titles."""
    curriculum, language = sitting.workspace.curriculum, sitting.workspace.language
    titles = {stage.id: stage.title for stage in curriculum.stages}
    titles |= {topic.id: topic.title for topic in curriculum.topics.values()}
    return enumerated([titles[n].in_language(language) if n in titles else n for n in sitting.plan.names])


def markdown(result: Result, language: Language) -> str:
    """The whole report."""
    sitting = result.sitting
    body = _interview(sitting, language) if sitting.plan.what is What.INTERVIEW else _mistakes(sitting, language)
    blocks = [f"# {title_of(sitting)}", _summary(result), _by_topic(sitting, language), *body, *_history(result)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def numbers(result: Result, language: Language) -> dict[str, object]:
    """The result as data."""
    sitting = result.sitting
    total, topics = sitting.scores()
    return {
        "id": sitting.id,
        "what": sitting.plan.what.value,
        "at": sitting.begun.at.isoformat(),
        "ended": sitting.ended is not None,
        "scope": list(sitting.plan.names),
        "practice": sitting.plan.practice,
        "seed": sitting.plan.seed,
        "score": total.share,
        "questions": total.questions,
        "ms": sitting.spent_ms,
        "previous": score_of(result.previous) if result.previous else None,
        "topics": {topic: scores.share for topic, scores in topics.items()},
        "answers": [_answer_numbers(sitting, n, language) for n in range(len(sitting.questions))],
    }


def clock(milliseconds: int) -> str:
    """`4:05`, or `1:02:33` from an hour up."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def feedback_of(sitting: Sitting, asked: SittingQuestion, language: Language) -> str:
    """A question that was answered: as it was asked, the answer, what is right, and why."""
    attempt = sitting.attempts.get(asked.n)
    parts = [
        question_text(asked, language),
        _labelled(_("Your answer"), answer_text(asked, attempt, language)),
        _labelled(_("Right"), asked.face(language).back),
        *_reasons(asked, attempt, language),
        asked.face(language).explanation,
    ]
    return "\n\n".join(part for part in parts if part)


def question_text(asked: SittingQuestion, language: Language) -> str:
    """The question with its numbered lines, if it has some."""
    lines = [asked.written_out(line.text.in_language(language)) for line in asked.exercise.lines]
    listed = "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))
    return "\n\n".join(filter(None, (asked.face(language).plain().front, listed)))


def answer_text(asked: SittingQuestion, attempt: Attempt | None, language: Language) -> str:
    """What was answered, in words."""
    response = attempt.response if attempt else None
    exercise = asked.exercise
    if not exercise.marks_itself and attempt is not None:
        return _("forgotten, as you judged")
    if not response:
        return _("none")
    if exercise.lines:
        texts = [asked.written_out(line.text.in_language(language)) for line in exercise.lines_named(response)]
        sign = (f"{n}." for n in range(1, len(texts) + 1)) if exercise.is_order else ("-" for _text in texts)
        return "\n".join(f"{mark} {text}" for mark, text in zip(sign, texts, strict=True))
    if exercise.kind is Kind.CODE:
        return fenced(response, "python")
    return fenced(response) if "\n" in response else _inline_code(response)


def topic_title(sitting: Sitting, topic: str, language: Language) -> str:
    found = sitting.workspace.curriculum.topics.get(topic)
    return found.title.in_language(language) if found else topic


def _summary(result: Result) -> str:
    sitting = result.sitting
    total, _topics = sitting.scores()
    score = _("{points} of {n} · {share}").format(points=_points(total), n=total.questions, share=f"{total.share:.0%}")
    facts = [f"**{score}**", clock(sitting.spent_ms)]
    if scope := scope_text(sitting):
        facts.append(scope)
    if sitting.plan.practice:
        facts.append(_("practice"))
    if sitting.ended is None:
        facts.append(_("not ended"))
    if result.previous is not None:
        facts.append(_("last time {share}").format(share=f"{score_of(result.previous):.0%}"))
    lines = [" · ".join(facts)]
    if sitting.gone:
        gone = ngettext(
            "{n} question was left out: its card has gone.", "{n} questions were left out: their cards have gone.",
            sitting.gone,
        )  # fmt: skip
        lines.append(gone.format(n=sitting.gone))
    return "\n\n".join(lines)


def _by_topic(sitting: Sitting, language: Language) -> str:
    _total, topics = sitting.scores()
    topic_head, score_head = _("topic"), _("score")
    rows = [f"| {topic_head} | {score_head} | |", "| :- | -: | -: |"]
    for topic, scores in sorted(topics.items(), key=lambda each: each[1].share):
        title = topic_title(sitting, topic, language).replace("|", "\\|")
        rows.append(f"| {title} | {_points(scores)}/{scores.questions} | {scores.share:.0%} |")
    return "\n".join(rows)


def _mistakes(sitting: Sitting, language: Language) -> Iterator[str]:
    """Every answer that was not wholly right, explained."""
    wrong = [asked for asked in filter(None, sitting.asked) if not _is_right(sitting.attempts.get(asked.n))]
    if not wrong:
        yield _("Every answer was right.")
        return
    yield "## " + _("What was not right")
    for asked in wrong:
        yield f"### {asked.n + 1}. {topic_title(sitting, asked.topic, language)}{_share(sitting, asked)}"
        yield feedback_of(sitting, asked, language)


def _interview(sitting: Sitting, language: Language) -> Iterator[str]:
    """Strengths, gaps, what to review, then every question with its rubric."""
    answered = [asked for asked in filter(None, sitting.asked) if asked.n in sitting.attempts]
    yield from _listed(_("Strengths"), _strengths(sitting, answered, language))
    yield from _listed(_("Gaps"), _gaps(sitting, answered, language))
    yield from _listed(_("To review next"), _to_review(sitting, language))
    yield "## " + _("Questions")
    for asked in answered:
        yield f"### {asked.n + 1}. {topic_title(sitting, asked.topic, language)}{_share(sitting, asked)}"
        yield from _rubric(sitting, asked, language)


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    if found := [f"- {line}" for line in lines]:
        yield f"## {title}"
        yield "\n".join(found)


def _strengths(sitting: Sitting, answered: Sequence[SittingQuestion], language: Language) -> Iterator[str]:
    for asked in answered:
        if (sitting.attempts[asked.n].score or 0) >= STRONG:
            yield f"{topic_title(sitting, asked.topic, language)}{_share(sitting, asked)}"


def _gaps(sitting: Sitting, answered: Sequence[SittingQuestion], language: Language) -> Iterator[str]:
    """Points that had to be made and were not, and red flags that were raised."""
    for asked in answered:
        title = topic_title(sitting, asked.topic, language)
        points, flags = _ticks(asked, sitting.attempts[asked.n])
        for n, point in enumerate(asked.interview.rubric):
            if point.must and n not in points:
                missed = asked.written_out(point.text.in_language(language))
                yield _("{topic}: {point}").format(topic=title, point=missed)
        for n in sorted(flags):
            flag = asked.written_out(asked.interview.red_flags[n].in_language(language))
            yield _("{topic}: red flag: {flag}").format(topic=title, flag=flag)


def _to_review(sitting: Sitting, language: Language) -> Iterator[str]:
    _total, topics = sitting.scores()
    for topic, scores in sorted(topics.items(), key=lambda each: each[1].share):
        if scores.share < WEAK:
            yield f"{topic_title(sitting, topic, language)} · `recall review --topic {topic}`"


def _rubric(sitting: Sitting, asked: SittingQuestion, language: Language) -> Iterator[str]:
    attempt, body = sitting.attempts[asked.n], asked.interview
    points, flags = _ticks(asked, attempt)
    yield asked.face(language).front
    yield f"{clock(attempt.ms)} / {clock(round(body.minutes * 60_000))}"
    if attempt.notes.strip():
        yield _labelled(_("Your notes"), fenced(attempt.notes))
    made = [
        f"- {'✓' if n in points else '✗'} {asked.written_out(point.text.in_language(language))}{' ★' * point.must}"
        for n, point in enumerate(body.rubric)
    ]
    raised = [f"- ⚑ {asked.written_out(body.red_flags[n].in_language(language))}" for n in sorted(flags)]
    yield "\n".join([*made, *raised])
    yield asked.face(language).explanation


def _history(result: Result) -> Iterator[str]:
    if not result.earlier:
        return
    yield "## " + _("Earlier")
    when, score = _("when"), _("score")
    rows = [f"| {when} | {score} |", "| :- | -: |"]
    for each in reversed(result.earlier[-SHOWN_EARLIER:]):
        rows.append(f"| {time_begun(each)} | {score_of(each):.0%} |")
    yield "\n".join(rows)


def _answer_numbers(sitting: Sitting, n: int, language: Language) -> dict[str, object]:
    item, seed = sitting.questions[n]
    asked, attempt = sitting.asked[n], sitting.attempts.get(n)
    return {
        "item": item,
        "seed": seed,
        "topic": asked.topic if asked else None,
        "asked": question_text(asked, language) if asked else None,
        "response": attempt.response if attempt else None,
        "right": asked.face(language).plain().back if asked else None,
        "score": attempt.score if attempt else None,
        "ms": attempt.ms if attempt else None,
        "notes": attempt.notes if attempt else "",
    }


def _reasons(asked: SittingQuestion, attempt: Attempt | None, language: Language) -> Iterator[str]:
    """Why the lines that were picked are wrong, and why the right ones are right."""
    picked = asked.exercise.lines_named(attempt.response) if attempt and attempt.response else []
    wrong = [line for line in picked if not line.correct]
    for sign, lines in (("✗", wrong), ("✓", [line for line in asked.exercise.lines if line.correct])):
        for line in lines:
            if line.why is not None:
                text, why = (asked.written_out(part.in_language(language)) for part in (line.text, line.why))
                reason = _("{line}: {reason}").format(line=text, reason=why) if "\n" not in text else why
                yield f"{sign} {reason}"


def _ticks(asked: SittingQuestion, attempt: Attempt) -> tuple[frozenset[int], frozenset[int]]:
    """Points made and red flags raised; none where the rubric is another one now."""
    body = asked.card.body
    assert isinstance(body, Interview)
    ticks = read_ticks(attempt.response or "", len(body.rubric), len(body.red_flags))
    return ticks or (frozenset(), frozenset())


def _is_right(attempt: Attempt | None) -> bool:
    return attempt is not None and attempt.score is not None and attempt.score >= 1


def _share(sitting: Sitting, asked: SittingQuestion) -> str:
    attempt = sitting.attempts.get(asked.n)
    return f" · {attempt.score:.0%}" if attempt and attempt.score else ""


def _points(scores: Scores) -> str:
    return f"{round(scores.points, 2):g}"


def _labelled(label: str, text: str) -> str:
    """A text after its label, on lines of its own where it has several."""
    if not text:
        return f"**{label}**"
    if _is_line(text):
        return _("**{label}**: {text}").format(label=label, text=text)
    return _("**{label}**:").format(label=label) + f"\n\n{text}"


def _inline_code(text: str) -> str:
    """Code in a line, between more backticks than follow each other in it."""
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks} {text} {ticks}" if "`" in text else f"{ticks}{text}{ticks}"


def _is_line(text: str) -> bool:
    return "\n" not in text and not text.startswith(("$$", "```", "- ", "1. "))
