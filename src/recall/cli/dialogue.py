"""A quiz or an interview line by line: for scripts, for screen readers, and where there is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from time import monotonic

import click

from recall.cli.output import say, tell, typeset_text
from recall.core.bodies import Kind
from recall.core.sitting import Feedback, What
from recall.errors import AnswerError
from recall.i18n import _
from recall.sittings.results import clock, feedback_of, markdown, question_text, result_of, topic_title
from recall.sittings.sitting import Sitting, SittingQuestion
from recall.study.answering import Marked, outcome_lines

END = "."
"""The line that ends an answer of several lines."""


class _Stopped(Exception):
    """Nothing more can be read."""


class Dialogue:
    """Asks on stdout, reads answers from stdin, one line each."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.language = sitting.workspace.language

    def run(self) -> None:
        """Ask what is open, then say what it came to. At the end of the input it waits for another time."""
        try:
            if self.sitting.plan.what is What.INTERVIEW:
                self._interview()
            else:
                self._quiz()
        except _Stopped:
            command = f"recall {self.sitting.plan.what.value}"
            tell(_("It waits for you: `{command}` goes on with it.").format(command=command))
        else:
            self.sitting.finish()
            self._print(markdown(result_of(self.sitting), self.language))

    def _quiz(self) -> None:
        for remark in self.sitting.remarks:
            tell(remark)
        while asked := self.sitting.next():
            self._head(asked)
            self._print(question_text(asked, self.language))
            started = monotonic()
            if asked.exercise.marks_itself:
                marked = self._marked(asked, started)
                self.sitting.answer(asked, marked, _since(started))
            else:
                marked = None
                self.sitting.judge(asked, *self._judged(asked, started))
            if self.sitting.plan.feedback is Feedback.EACH and marked is not None:
                say("\n".join(outcome_lines(marked)))
                self._print(feedback_of(self.sitting, asked, self.language))

    def _interview(self) -> None:
        while asked := self.sitting.next():
            self._head(asked)
            self._print(asked.face(self.language).front)
            say(_("{time} for it. Your notes; a line with nothing but a dot ends them.").format(time=_time_for(asked)))
            started = monotonic()
            notes = [self._text()]
            for follow_up in asked.follow_ups(self.language):
                self._print(_("Follow-up: {question}").format(question=follow_up))
                notes.append(self._text())
            self.sitting.take_notes(asked, "\n".join(filter(None, notes)), _since(started))
        while asked := self.sitting.next_to_tick():
            self._head(asked)
            self._print("\n".join(self._rubric(asked)))
            self._tick(asked)

    def _marked(self, asked: SittingQuestion, started: float) -> Marked:
        """The first answer that can be read, marked."""
        if asked.exercise.kind is Kind.CODE:
            say(_("Your program; a line with nothing but a dot ends it."))
        while True:
            response = self._text() if asked.exercise.kind is Kind.CODE else self._response(asked)
            try:
                return self.sitting.mark(asked, response, _since(started))
            except AnswerError as error:
                say(str(error))

    def _response(self, asked: SittingQuestion) -> str:
        """One line; that of a rubric after the rubric has been shown."""
        if asked.exercise.kind is Kind.INTERVIEW:
            self._line()
            self._print("\n".join(self._rubric(asked)))
        return self._line()

    def _judged(self, asked: SittingQuestion, started: float) -> tuple[bool, int]:
        """Whether the learner knew it, and the milliseconds until they looked."""
        say(_("Enter shows the answer."))
        self._line()
        taken = _since(started)
        self._print(asked.face(self.language).plain().back)
        say(_("1: wrong, 2: right"))
        while (word := self._line()) not in ("1", "2"):
            say(_("1: wrong, 2: right"))
        return word == "2", taken

    def _tick(self, asked: SittingQuestion) -> None:
        while True:
            try:
                marked = self.sitting.tick(asked, self._line())
            except AnswerError as error:
                say(str(error))
            else:
                say(f"{marked.score:.0%}")
                return

    def _rubric(self, asked: SittingQuestion) -> Iterator[str]:
        body = asked.interview
        for n, point in enumerate(body.rubric, 1):
            yield f"{n}. {asked.written_out(point.text.in_language(self.language))}{' ★' * point.must}"
        for n, flag in enumerate(body.red_flags, 1):
            yield f"!{n}. {asked.written_out(flag.in_language(self.language))}"
        yield _("The numbers of the points you made, such as 1 3, and !1 for a red flag:")

    def _head(self, asked: SittingQuestion) -> None:
        count = len(self.sitting.questions)
        say(f"\n{asked.n + 1}/{count} · {topic_title(self.sitting, asked.topic, self.language)}\n")

    def _print(self, text: str) -> None:
        say(typeset_text(text, self.sitting.workspace.settings))

    def _text(self) -> str:
        """Lines up to one that holds nothing but a dot."""
        lines = iter(lambda: self._line(strip=False), END)
        return "\n".join(lines)

    def _line(self, *, strip: bool = True) -> str:
        if sys.stdin.isatty():
            click.echo("> ", nl=False)
        try:
            line = sys.stdin.readline()
        except OSError:  # the terminal has gone
            line = ""
        if not line:
            raise _Stopped
        return line.strip() if strip else line.rstrip("\r\n")


def _time_for(asked: SittingQuestion) -> str:
    return clock(round(asked.interview.minutes * 60_000))


def _since(started: float) -> int:
    """Milliseconds."""
    return int((monotonic() - started) * 1000)
