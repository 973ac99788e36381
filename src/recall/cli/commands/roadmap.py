"""`roadmap`: the stages and topics of the way, how well each is known, and what the decks cover of it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from recall.cli.output import emit, json_option, say, stage_option, terminal_width, workspace
from recall.cli.table import cell_width, table
from recall.core.bodies import Kind
from recall.environment import Options
from recall.i18n import _
from recall.names import kind_head

if TYPE_CHECKING:
    from recall.core.mastery import Mastery
    from recall.study.coverage import TopicCoverage
    from recall.workspace import Workspace


SHORT_HEAD = 3
"""Characters of a kind's name where there is no room for all of it."""


@click.command(
    "roadmap",
    help=_("The topics of the way: cards, what is seen and known of them, and which are open for new cards."),
    epilog=_("Example: recall roadmap --stage probability"),
)
@stage_option
@click.option("--coverage", "by_kind", is_flag=True, help=_("Cards by kind against the targets, and what is missing."))
@json_option
@click.pass_obj
def roadmap_command(options: Options, stages: tuple[str, ...], by_kind: bool, as_json: bool) -> None:
    from recall.study.coverage import coverage
    from recall.study.today import resolve_scope

    with workspace(options) as opened:
        with opened.store.read() as tx:
            scope = resolve_scope(opened, tx, stages)
        topics = [topic for topic in coverage(opened) if topic.id in scope]
        if by_kind:
            _print_coverage(opened, topics, as_json)
        else:
            _print_progress(opened, topics, as_json)


def _print_coverage(opened: Workspace, topics: list[TopicCoverage], as_json: bool) -> None:
    if as_json:
        emit({"topics": [_coverage_data(topic) for topic in topics]})
        return
    rows = _under_stages(opened, topics, [[topic.id, *_counts(topic), _missing(topic)] for topic in topics])
    rows.append([])
    for stage in dict.fromkeys(topic.stage for topic in topics):
        rows.append([stage, *_totals([topic for topic in topics if topic.stage == stage]), ""])
    rows.append([_("all"), *_totals(topics), ""])
    say(_coverage_table(rows, terminal_width()))


def _coverage_table(rows: list[list[str]], width: int | None) -> str:
    """With the whole names of the kinds, or, where they do not fit, with their first letters."""
    kinds = [kind_head(kind) for kind in Kind]
    whole = table([_("topic"), _("target"), _("cards"), *kinds, _("missing")], rows)
    if width is None or max(map(cell_width, whole.splitlines())) <= width:
        return whole
    short = [kind[:SHORT_HEAD] for kind in kinds]
    return table([_("topic"), _("target"), _("cards"), *short, _("missing")], rows, width=width)


def _under_stages(opened: Workspace, topics: list[TopicCoverage], rows: list[list[str]]) -> list[list[str]]:
    """The rows of the topics, those of a stage under its title and its name."""
    title = {stage.id: stage.title.in_language(opened.language) for stage in opened.curriculum.stages}
    lines: list[list[str]] = []
    for stage, group in groupby(zip(topics, rows, strict=True), key=lambda pair: pair[0].stage):
        lines += [[], [f"{title[stage]} · {stage}"], *(row for _topic, row in group)]
    return lines


def _counts(topic: TopicCoverage) -> list[str]:
    return [str(topic.target), str(topic.cards), *(str(topic.kinds[kind] or "") for kind in Kind)]


def _totals(topics: Iterable[TopicCoverage]) -> list[str]:
    found = list(topics)
    target, cards = sum(topic.target for topic in found), sum(topic.cards for topic in found)
    return [str(target), str(cards), *(str(sum(topic.kinds[kind] for topic in found)) for kind in Kind)]


def _missing(topic: TopicCoverage) -> str:
    words = {
        "cards": _("cards"),
        "why": _("why"),
        "production": _("production"),
        "contrast": _("contrast"),
    }
    return " ".join(words[lack] for lack in topic.missing)


def _coverage_data(topic: TopicCoverage) -> dict[str, Any]:
    return {
        "topic": topic.id,
        "stage": topic.stage,
        "target": topic.target,
        "cards": topic.cards,
        "kinds": {kind.value: count for kind, count in topic.kinds.items()},
        "missing": topic.missing,
    }


def _print_progress(opened: Workspace, topics: list[TopicCoverage], as_json: bool) -> None:
    from recall.core.mastery import Mastery

    with opened.store.read() as tx:
        mastery = opened.topic_mastery(tx, opened.today)
    none = Mastery()
    is_open = {topic.id: opened.curriculum.is_open(topic.id, mastery) for topic in topics}
    if as_json:
        emit({"topics": [_progress_data(opened, t, mastery.get(t.id, none), is_open[t.id]) for t in topics]})
        return
    rows = []
    for topic in topics:
        known = mastery.get(topic.id, none)
        share = f"{known.mastery:.0%}" if known.seen else "-"
        state = _("open") if is_open[topic.id] else _("later")
        cells = [topic.title.in_language(opened.language), topic.id, state]
        rows.append([*cells, str(topic.cards), str(known.items), str(known.seen), share])
    head = [_("topic"), "", _("state"), _("cards"), _("items"), _("seen"), _("mastery")]
    if not any(mastery.get(topic.id, none).seen for topic in topics):
        head, rows = head[:-1], [row[:-1] for row in rows]
    say(table(head, _under_stages(opened, topics, rows), words=3, width=terminal_width()))


def _progress_data(opened: Workspace, topic: TopicCoverage, known: Mastery, is_open: bool) -> dict[str, Any]:
    return {
        "topic": topic.id,
        "stage": topic.stage,
        "title": topic.title.in_language(opened.language),
        "open": is_open,
        "prerequisites": list(opened.curriculum.topics[topic.id].prerequisites),
        "cards": topic.cards,
        **known.numbers(),
    }
