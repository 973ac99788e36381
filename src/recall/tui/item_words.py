"""What is known of an item, in words and signs short enough for a line."""

from __future__ import annotations

from recall.core.model import Phase
from recall.i18n import _, ngettext
from recall.names import phase_name
from recall.search import Figures, Order, due_of
from recall.store.search import Entry
from recall.tui.durations import interval_text

_SIGNS = {
    Phase.NEW: ("○", "new"),
    Phase.LEARNING: ("◐", "learning"),
    Phase.REVIEW: ("●", "review"),
    Phase.RELEARNING: ("◐", "learning"),
}


def order_name(order: Order) -> str:
    """What items are sorted by."""
    return {
        Order.DECK: _("deck"),
        Order.DUE: _("due"),
        Order.STABILITY: _("stability"),
        Order.DIFFICULTY: _("difficulty"),
        Order.LAPSES: _("lapses"),
        Order.RECALL: _("recall"),
        Order.ADDED: _("added"),
    }[order]


def row_tone(figures: Figures, entry: Entry) -> tuple[str, str]:
    """Two signs for the state of an item, and the name of their colour."""
    sign, tone = _SIGNS[Phase(entry.phase or Phase.NEW)]
    if entry.suspended:
        sign, tone = "–", "off"
    elif figures.is_buried(entry):
        sign, tone = "▽", "off"
    return sign + ("⚑" if entry.flagged else "!" if figures.is_leech(entry) else " "), tone


def due_words(figures: Figures, entry: Entry) -> str:
    """When the item comes back: `today`, `3d`, `-2d` when it is late."""
    due = due_of(entry)
    if due is None:
        return ""
    if entry.due_at is None and figures.due_in(entry) == 0:
        return _("today")
    return interval_text(due, figures.workspace.now(), figures.today)


def fact_words(figures: Figures, entry: Entry) -> str:
    """Everything known of an item, on one line."""
    states = [phase_name(entry.phase)]
    states += [_("suspended")] if entry.suspended else []
    states += [_("buried")] if figures.is_buried(entry) else []
    states += [_("flagged")] if entry.flagged else []
    states += [_("leech")] if figures.is_leech(entry) else []
    parts = [entry.item, entry.topic, ", ".join(states)]
    if entry.stability is not None and entry.difficulty is not None:
        parts.append(_("stability {n}d").format(n=f"{entry.stability:.1f}"))
        parts.append(_("difficulty {n}").format(n=f"{entry.difficulty:.1f}"))
    if entry.lapses:
        parts.append(ngettext("{n} lapse", "{n} lapses", entry.lapses).format(n=entry.lapses))
    return " · ".join(parts)
