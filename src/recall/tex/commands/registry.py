"""How a command gets its handler."""

from __future__ import annotations

from collections.abc import Callable

from recall.tex.parser import COMMANDS, SPECIAL, Handler
from recall.tex.tree import Node


def command(names: str) -> Callable[[Handler], Handler]:
    """Register a handler for every one of the names, separated by spaces."""

    def register(handler: Handler) -> Handler:
        COMMANDS.update(dict.fromkeys(names.split(), handler))
        return handler

    return register


def special(*chars: str) -> Callable[[Handler], Handler]:
    """Register a handler for characters that have a meaning of their own."""

    def register(handler: Handler) -> Handler:
        SPECIAL.update(dict.fromkeys(chars, handler))
        return handler

    return register


def pusher(node: Node) -> Handler:
    """A handler that adds always the same node."""
    return lambda parser, token: parser.push(node)
