"""What a session came to, in words: shown when nothing is left for the moment."""

from __future__ import annotations

from textual.content import Content

from recall.core.model import Grade
from recall.i18n import _, ngettext
from recall.names import grade_name
from recall.sittings.results import clock
from recall.study.overview import due_tomorrow
from recall.study.session import ReviewSession
from recall.tui.widgets.grade_bar import STYLES


def end_text(session: ReviewSession, home_key: str, undo_key: str) -> Content:
    """What was learned, how it went, what comes next, and the keys that lead on."""
    tally = session.tally
    done = _("Done for today, of what you chose.") if session.scope.topics is not None else _("Done for today.")
    lines = [Content.styled(done if tally.answers else _("Nothing is due."), "bold $text-success")]
    if tally.answers:
        lines += [Content(""), *_what_was_done(session)]
    lines += [Content(""), *_what_comes(session), Content("")]
    home = (f" {home_key} ", "bold reverse"), " ", _("home")
    undo = (undo_key, "bold"), " ", (_("undo"), "$foreground 55%")
    lines.append(Content.assemble(*home, "   ", *undo))
    return Content("\n").join(lines)


def _what_was_done(session: ReviewSession) -> list[Content]:
    tally = session.tally
    answers = ngettext("{n} answer", "{n} answers", len(tally.answers)).format(n=len(tally.answers))
    items = ngettext("{n} card", "{n} cards", tally.items).format(n=tally.items)
    new = _("{n} of them new").format(n=tally.introduced)
    took = _("in {time}").format(time=clock(tally.milliseconds))
    lines = [Content(f"{answers} · {items} · {new} · {took}")]
    names = [(grade, grade_name(grade).capitalize()) for grade in Grade]
    grades = [Content.assemble((name, STYLES[grade]), f" {tally.grades[grade]}") for grade, name in names]
    lines.append(Content("   ").join(grades))
    recalled, reviews = tally.recalled
    if reviews:
        share = _("Recalled {recalled} of {reviews} reviews ({share}).")
        lines.append(Content(share.format(recalled=recalled, reviews=reviews, share=f"{recalled / reviews:.0%}")))
    return lines


def _what_comes(session: ReviewSession) -> list[Content]:
    tomorrow = due_tomorrow(session.workspace)
    words = ngettext("{n} review due tomorrow.", "{n} reviews due tomorrow.", tomorrow).format(n=tomorrow)
    lines = [Content(words if tomorrow else _("No review is due tomorrow."))]
    if due := session.next_learning:
        at = session.workspace.calendar.local(due).strftime("%H:%M")
        lines.insert(0, Content(_("The next learning card comes at {time}.").format(time=at)))
    return lines
