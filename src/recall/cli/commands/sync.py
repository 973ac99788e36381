"""`merge`, `sync`: one log from several machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recall.cli.commands.safety import finding_data, print_findings
from recall.cli.output import emit, json_option, tell, workspace
from recall.environment import Options
from recall.i18n import _
from recall.names import counted

if TYPE_CHECKING:
    from recall.core.finding import Finding
    from recall.devices.merging import Merged
    from recall.devices.syncing import Synced


@click.command(
    "merge",
    help=_(
        "Add the answers and decisions of another recall database to yours. Nothing is taken away, and doing it again "
        "changes nothing."
    ),
    epilog=_("Example: recall merge ~/laptop/recall.db --dry-run"),
)
@click.argument("other", type=click.Path(path_type=Path), metavar=_("OTHER.db"))
@click.option("--dry-run", is_flag=True, help=_("Only say what would change."))
@json_option
@click.pass_obj
def merge_command(options: Options, other: Path, dry_run: bool, as_json: bool) -> None:
    from recall.devices.merging import merge_database
    from recall.environment import absolute
    from recall.store.backups import back_up_before

    other = absolute(other)
    with workspace(options) as opened:
        merged = merge_database(opened.ledger, other, opened.now(), dry_run=True)
        if merged.added and not dry_run:
            back_up_before(opened.store, opened.home, "merge")
            merged = merge_database(opened.ledger, other, opened.now())
    if as_json:
        emit({**_merged_data(merged), "dry_run": dry_run, "findings": [finding_data(one) for one in merged.findings]})
    else:
        _tell_merged(merged, dry_run)
        print_findings(merged.findings)
    _exit_on_problems(merged.findings)


@click.command(
    "sync",
    help=_(
        "Exchange answers, decisions and scheduling settings with your other machines through a folder that "
        "Syncthing, Dropbox, git or a USB stick carries. Each machine writes files of its own there, so any order and "
        "any number of times will do. Decks are not copied: keep them in git, or name one folder for all machines "
        "with `recall config decks`."
    ),
    epilog=_("Example: recall sync ~/Sync/recall --dry-run"),
)
@click.argument("folder", type=click.Path(path_type=Path), metavar=_("FOLDER"))
@click.option("--dry-run", is_flag=True, help=_("Only say what would change."))
@json_option
@click.pass_obj
def sync_command(options: Options, folder: Path, dry_run: bool, as_json: bool) -> None:
    from recall.devices.syncing import sync
    from recall.environment import absolute

    with workspace(options) as opened:
        done = sync(opened, absolute(folder), dry_run=dry_run)
    if as_json:
        emit(_synced_data(done, dry_run))
    else:
        _tell_synced(done, dry_run)
        print_findings(done.findings)
    _exit_on_problems(done.findings)


def _merged_data(merged: Merged) -> dict[str, Any]:
    return {"reviews": merged.reviews, "events": merged.events, "items": merged.items, "known": merged.known}


def _synced_data(done: Synced, dry_run: bool) -> dict[str, Any]:
    return {
        "received": _merged_data(done.merged),
        "sent": done.sent,
        "device": done.device,
        "is_new_device": done.is_new_device,
        "settings": [
            {"name": each.name, "before": each.before, "after": each.after, "device": each.device}
            for each in done.settings
        ],
        "dry_run": dry_run,
        "findings": [finding_data(finding) for finding in done.findings],
    }


def _counts(merged: Merged) -> dict[str, str]:
    """What was added, in words."""
    return {
        "answers": counted("reviews", merged.reviews),
        "decisions": counted("decisions", merged.events),
        "items": counted("items", merged.items),
    }


def _tell_merged(merged: Merged, dry_run: bool) -> None:
    message = _("new: {answers} and {decisions} of {items}; here already: {rows}")
    tell(message.format(**_counts(merged), rows=counted("rows", merged.known)))
    if dry_run:
        tell(_("Nothing was changed."))


def _tell_synced(done: Synced, dry_run: bool) -> None:
    if done.is_new_device:
        tell(_("This is a copy of another machine's data: it goes on under a name of its own."))
    message = _("received: {answers} and {decisions} of {items}; sent: {rows}")
    tell(message.format(**_counts(done.merged), rows=counted("rows", done.sent)))
    for each in done.settings:
        message = _("set on device {device}: {name} = {after} (was {before})")
        tell(message.format(device=each.device, name=each.name, after=_value(each.after), before=_value(each.before)))
    if dry_run:
        tell(_("Nothing was changed."))


def _value(value: Any) -> str:
    """The value of a setting; it has none of its own where it is not set."""
    from recall.config import as_toml

    return _("the default") if value is None else as_toml(value)


def _exit_on_problems(findings: tuple[Finding, ...]) -> None:
    if any(finding.is_problem for finding in findings):
        raise SystemExit(1)
