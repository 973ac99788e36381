"""`config`: see, set and unset settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from recall.cli.output import emit, json_option, say, tell
from recall.environment import Options
from recall.i18n import _

if TYPE_CHECKING:
    from recall.config import Option


@click.command(
    "config",
    help=_("Show all settings, show one, or set one."),
    epilog=_("Example: recall config stages.linear-algebra.desired_retention 0.93"),
)
@click.argument("name", required=False, metavar=_("[NAME]"))
@click.argument("value", required=False, metavar=_("[VALUE]"))
@click.option("--unset", is_flag=True, help=_("Go back to the default."))
@json_option
@click.pass_obj
def config_command(options: Options, name: str | None, value: str | None, unset: bool, as_json: bool) -> None:
    from recall.config import as_toml, parse_word, write_value
    from recall.environment import home_folder

    home = home_folder(options)
    if unset and name is None:
        raise click.UsageError(_("--unset needs the name of a setting"))
    if name is None:
        _show_all(_in_use(options), as_json)
    elif value is not None or unset:
        option = _option(name)
        write_value(home, name, None if unset or value is None else parse_word(name, value))
        now = as_toml(_value(_in_use(options), name, option))
        tell(_("{name} is now {value}.").format(name=name, value=now))
    else:
        _show_one(_in_use(options), name, as_json)


def _in_use(options: Options) -> dict[str, Any]:
    """Every setting with the value it has, by dotted name."""
    from recall.config import CONFIG_FILE, OPTIONS, check_settings, read_values
    from recall.environment import home_folder

    home = home_folder(options)
    values = read_values(home)
    check_settings(values, home / CONFIG_FILE)
    return {**{name: option.default for name, option in OPTIONS.items()}, **values}


def _show_one(values: dict[str, Any], name: str, as_json: bool) -> None:
    from recall.config import as_toml

    value = _value(values, name, _option(name))
    if as_json:
        emit({name: value})
    else:
        say(as_toml(value))


def _value(values: dict[str, Any], name: str, option: Option) -> Any:
    """What a setting is; that of a stage is the one for all stages unless it has its own."""
    return values.get(name, values.get(f"review.{name.rpartition('.')[2]}", option.default))


def _option(name: str) -> Option:
    from recall.config import option_of
    from recall.errors import ConfigError

    option = option_of(name)
    if option is None:
        raise ConfigError(_("no setting is called {name}; `recall config` lists them").format(name=name))
    return option


def _show_all(values: dict[str, Any], as_json: bool) -> None:
    from recall.cli.table import cell_width
    from recall.config import as_toml, option_of

    if as_json:
        emit(values)
        return
    lines = [(f"{name} = {as_toml(value)}", option_of(name)) for name, value in values.items()]
    width = max(cell_width(line) for line, _option in lines)
    for line, option in lines:
        comment = f"  # {_(option.help)}" if option else ""
        say(line + " " * (width - cell_width(line)) + comment)
