"""The top of the review: where the item belongs, how far the session is, and what is left."""

from __future__ import annotations

from textual.content import Content

from recall.core.model import Language, Phase
from recall.i18n import _
from recall.sittings.results import clock
from recall.study.session import Question, ReviewSession
from recall.tui.widgets.top_line import Bar, Place, TopLine


class ProgressLine(TopLine):
    """At the right the counts of what is left, and the time spent."""

    def show(self, session: ReviewSession, question: Question | None, language: Language) -> None:
        if question is None:
            self.query_one(Place).show("", "recall")
        else:
            self.show_place(session.workspace.curriculum, question.topic, language)
        self.show_right(_left(session, question))
        self.query_one(Bar).show(session.tally.items, session.counts.total)


def _left(session: ReviewSession, question: Question | None) -> Content:
    """Counts of what is left, that of the item on the screen underlined, and the time spent."""
    counts = session.counts
    phase = question.state.phase if question else None
    parts = [
        (counts.new, _("new"), "$text-primary", phase is Phase.NEW),
        (counts.learning, _("learning"), "$text-warning", phase in (Phase.LEARNING, Phase.RELEARNING)),
        (counts.review, _("to review"), "$text-success", phase is Phase.REVIEW),
    ]
    words = [
        Content.assemble((str(count), f"bold {style}" + (" underline" if here else "")), f" {name}")
        for count, name, style, here in parts
    ]
    return Content("  ").join([*words, Content.styled(clock(session.tally.milliseconds), "$foreground 55%")])
