"""`due`, `stages`: where things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from recall.cli.output import clear_due, due_text, emit, json_option, say, scope_options, workspace
from recall.cli.table import table
from recall.environment import Options
from recall.i18n import _

if TYPE_CHECKING:
    from recall.study.overview import TodayCounts
    from recall.workspace import Workspace


@click.command("due", help=_("What is left to do today."), epilog=_("Example: recall due --json"))
@scope_options
@json_option
@click.pass_obj
def due_command(options: Options, names: tuple[str, ...], as_json: bool) -> None:
    print_due(options, names, as_json)


@click.command("stages", help=_("Mastery of each stage."), epilog=_("Example: recall stages --json"))
@json_option
@click.pass_obj
def stages_command(options: Options, as_json: bool) -> None:
    from recall.study.overview import stage_progress

    with workspace(options) as opened:
        stages = stage_progress(opened)
        title = {stage.id: stage.title.in_language(opened.language) for stage in stages}
    if as_json:
        emit({"stages": [{"id": stage.id, **stage.mastery.numbers(), "title": title[stage.id]} for stage in stages]})
        return
    rows = [
        [
            title[stage.id],
            str(stage.mastery.items),
            str(stage.mastery.seen),
            f"{stage.mastery.recall:.0%}" if stage.mastery.seen else "",
            f"{stage.mastery.mastery:.0%}",
        ]
        for stage in stages
    ]
    say(table([_("stage"), _("items"), _("seen"), _("recall"), _("mastery")], rows))


def print_due(options: Options, names: Sequence[str], as_json: bool = False) -> None:
    """What is left today, in all and by stage."""
    from recall.study.overview import today_counts

    with workspace(options) as opened:
        today = today_counts(opened, names)
        if as_json:
            emit(_due_data(opened, today))
        else:
            _print_due_table(opened, today)


def _due_data(opened: Workspace, today: TodayCounts) -> dict[str, Any]:
    return {
        **asdict(today.total),
        "total": today.total.total,
        "stages": [
            {"id": stage.id, "title": stage.title.in_language(opened.language), **asdict(stage.counts)}
            for stage in today.stages
        ],
        "next_due": due_text(today.next_due),
    }


def _print_due_table(opened: Workspace, today: TodayCounts) -> None:
    if not today.total.total:
        say(_("Nothing is due."))
        if today.next_due:
            say(_("Next: {due}.").format(due=clear_due(today.next_due, opened)))
        return
    lines = [(stage.title.in_language(opened.language), stage.counts) for stage in today.stages]
    lines.append((_("all"), today.total))
    rows = [[name, str(counts.new), str(counts.learning), str(counts.review)] for name, counts in lines]
    say(table([_("stage"), _("new"), _("learning"), _("review")], rows))
