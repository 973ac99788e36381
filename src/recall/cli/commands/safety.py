"""`backup`, `restore`, `doctor`: what keeps the learner's data, and what looks after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recall.cli.output import emit, json_option, say, settings_of, tell, workspace
from recall.environment import Options
from recall.i18n import _, ngettext

if TYPE_CHECKING:
    from recall.core.finding import Finding
    from recall.devices.restoring import Restored
    from recall.store.backups import Backup, Backups


@click.command(
    "backup",
    help=_(
        "Copy the database to the `backups` folder of your data, now. It is also done once a day of use and before "
        "anything risky."
    ),
    epilog=_("Example: recall backup --list"),
)
@click.option("--list", "only_list", is_flag=True, help=_("List the backups instead."))
@json_option
@click.pass_obj
def backup_command(options: Options, only_list: bool, as_json: bool) -> None:
    from recall.store.backups import MANUAL, backups_of

    if only_list:
        _list(options, _backups(options), as_json)
        return
    with workspace(options) as opened:
        backup, content = backups_of(opened.store.path, opened.home).make(MANUAL)
    if as_json:
        emit({**_backup_data(backup), "rows": content.rows})
    else:
        rows = ngettext("{count} row of the log", "{count} rows of the log", content.rows).format(count=content.rows)
        tell(_("Backed up {rows}, verified: {path}").format(rows=rows, path=backup.path))


@click.command(
    "restore",
    help=_(
        "Take a backup back, the newest unless one is named. Its answers join yours; with --replace they stand in "
        "their place. The present database is backed up first. Of a damaged one, whatever can be read is kept."
    ),
    epilog=_("Example: recall restore --dry-run"),
)
@click.argument("name", required=False, metavar=_("[NAME|PATH]"))
@click.option("--replace", "replace_all", is_flag=True, help=_("Drop what only the present database has."))
@click.option("--dry-run", is_flag=True, help=_("Only say what would change."))
@json_option
@click.pass_obj
def restore_command(options: Options, name: str | None, replace_all: bool, dry_run: bool, as_json: bool) -> None:
    from recall.devices.restoring import restore
    from recall.environment import system_now

    backups = _backups(options)
    if dry_run and name is None and not backups.all():
        tell(_("There is no backup yet."))
        return
    done = restore(backups, backups.find(name), system_now(), replace_all=replace_all, dry_run=dry_run)
    if as_json:
        emit(_restored_data(done, dry_run))
        return
    for line in _restored_lines(done, dry_run):
        tell(line)
    print_findings(done.findings)


@click.command(
    "doctor",
    help=_("Check everything: database, log, states, decks, backups. Exit status 1 when something wants mending."),
    epilog=_("Example: recall doctor"),
)
@click.option("--repair", is_flag=True, help=_("Make anew what is derived: indexes, triggers, states, catalogue."))
@click.option(
    "--salvage",
    type=click.Path(path_type=Path),
    metavar=_("OUT.db"),
    help=_("Write every answer that a damaged database still holds into a new one."),
)
@json_option
@click.pass_obj
def doctor_command(options: Options, repair: bool, salvage: Path | None, as_json: bool) -> None:
    findings = _salvage(options, salvage) if salvage is not None else _examine(options, repair)
    problems = sum(finding.is_problem for finding in findings)
    if as_json:
        emit([finding_data(finding) for finding in findings])
    else:
        print_findings(findings)
        tell(ngettext("{count} problem.", "{count} problems.", problems).format(count=problems))
    if problems:
        raise SystemExit(1)


def print_findings(findings: tuple[Finding, ...] | list[Finding]) -> None:
    """One line each on stdout: how grave, which kind, what."""
    words = {True: _("problem"), False: _("note")}
    for finding in findings:
        say(f"{words[finding.is_problem]} {finding.code}: {finding.message}")


def finding_data(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, "severity": finding.severity, "message": finding.message}


def _examine(options: Options, wants_repair: bool) -> list[Finding]:
    from recall.devices.doctor import examine, file_findings, repair, repair_file

    path = _database(options)
    findings = file_findings(path) if path else []
    if findings and wants_repair and findings[0].code == "index":
        repair_file(_backups(options))
        tell(_("The indexes were made anew."))
        findings = file_findings(_backups(options).database)
    if findings:
        return findings
    with workspace(options) as opened:
        if wants_repair:
            backup = repair(opened)
            tell(_("Triggers, states and catalogue were made anew."))
            if backup is not None:
                tell(_("The database of before: {path}").format(path=backup))
        return examine(opened)


def _salvage(options: Options, target: Path) -> list[Finding]:
    from recall.devices.restoring import salvage

    saved = salvage(_backups(options).database, target)
    rows = ngettext("{count} row of the log", "{count} rows of the log", saved.rows).format(count=saved.rows)
    tell(_("Saved {rows} to {path}. `recall restore {path}` takes them back.").format(rows=rows, path=target))
    return list(saved.findings)


def _backups(options: Options) -> Backups:
    """The backups of the database in use, which need not be there or sound. Raises StoreError for a server's."""
    from recall.environment import home_folder
    from recall.store.backups import backups_of

    return backups_of(_database(options), home_folder(options))


def _database(options: Options) -> Path | None:
    """The file of the database, None for a server's."""
    from recall.environment import database_url, home_folder
    from recall.store import database_file

    return database_file(database_url(options, home_folder(options)))


def _list(options: Options, backups: Backups, as_json: bool) -> None:
    from recall.cli.table import table
    from recall.workspace import calendar_of

    found = backups.all()
    if as_json:
        emit([_backup_data(backup) for backup in found])
    elif not found:
        tell(_("There is no backup yet."))
    else:
        calendar = calendar_of(settings_of(options))
        rows = [[one.path.name, calendar.clock_text(one.at), f"{one.path.stat().st_size // 1024}"] for one in found]
        say(table([_("backup"), _("made"), _("KB")], rows))


def _backup_data(backup: Backup) -> dict[str, Any]:
    return {
        "path": str(backup.path),
        "at": backup.at.isoformat(),
        "reason": backup.reason,
        "bytes": backup.path.stat().st_size,
    }


def _restored_data(done: Restored, dry_run: bool) -> dict[str, Any]:
    return {
        "backup": str(done.backup),
        "added": done.added,
        "only_here": done.only_here,
        "removed": done.removed,
        "kept_as": str(done.kept_as) if done.kept_as else None,
        "was_damaged": done.was_damaged,
        "dry_run": dry_run,
        "findings": [finding_data(finding) for finding in done.findings],
    }


def _restored_lines(done: Restored, dry_run: bool) -> list[str]:
    lines = [_("Backup: {path}").format(path=done.backup)]
    if done.was_damaged:
        lines.append(_("The present database is damaged; what can be read of it is counted here."))
    lines.append(_("rows that only the backup has: {count}").format(count=done.added))
    kept = _("rows that only the present database has: {count}, kept")
    if done.removed:
        kept = _("rows that only the present database has: {count}, taken out")
    lines.append(kept.format(count=done.only_here))
    if dry_run:
        lines.append(_("Nothing was changed."))
    elif done.kept_as:
        lines.append(_("The database of before: {path}").format(path=done.kept_as))
    return lines
