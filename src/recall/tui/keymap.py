"""The learner's keys: checked against the actions there are, before Textual is given them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual.binding import Binding, BindingType

from recall.i18n import _

Screenful = Mapping[str, frozenset[str]]
"""The actions of one screen by binding id, each with its default keys."""


def screenful(*bindings: Iterable[BindingType]) -> Screenful:
    """The actions that some lists of bindings give to one screen."""
    keys: dict[str, frozenset[str]] = {}
    for binding in Binding.make_bindings(each for group in bindings for each in group):
        if binding.id:
            keys[binding.id] = keys.get(binding.id, frozenset()) | {binding.key}
    return keys


def checked_keymap(wanted: Mapping[str, str], screens: Sequence[Screenful]) -> tuple[dict[str, str], list[str]]:
    """The keymap for Textual, and what is wrong with the wanted one.

    Of two settings that want one key on one screen the first keeps it; a setting that takes the key of an action
    with its default key has it, and that is told.
    """
    accepted: dict[str, frozenset[str]] = {}
    complaints: list[str] = []
    for action, text in wanted.items():
        keys = frozenset(key.strip() for key in text.split(",") if key.strip())
        if not any(action in screen for screen in screens):
            complaints.append(_("keys.{action}: there is no such action").format(action=action))
            continue
        rivals = sorted(_rivals(action, keys, accepted, screens))
        if rivals:
            names = ", ".join((action, *rivals))
            complaints.append(_("These want the same key: {actions}").format(actions=names))
        if not any(rival in accepted for rival in rivals):
            accepted[action] = keys
    return {action: ",".join(sorted(keys)) for action, keys in accepted.items()}, complaints


def _rivals(
    action: str, keys: frozenset[str], accepted: Mapping[str, frozenset[str]], screens: Sequence[Screenful]
) -> set[str]:
    """Other actions that have one of these keys on a screen that has this action."""
    return {
        other
        for screen in screens
        if action in screen
        for other, default in screen.items()
        if other != action and keys & accepted.get(other, default)
    }
