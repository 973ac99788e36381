"""Tokens to tree.

One `Parser` reads one list of tokens: a whole source, or an argument. Like MathJax it takes arguments by
their braces and parses them on their own, so both accept the same sources; nesting and growth are limited.
What a command does is registered in `COMMANDS` by the modules of `recall.tex.commands`.
"""

from __future__ import annotations

from collections.abc import Callable

from recall.tex.delimiters import DELIMITERS
from recall.tex.errors import TexError
from recall.tex.lexer import Token, source_of, tokenize
from recall.tex.literals import character, is_digit, is_letter, letters, number, symbol_in_font
from recall.tex.macros import (
    MAX_EXPANSIONS,
    MAX_TOKENS,
    OWN_MACROS,
    Macro,
    default_argument,
    substitute,
)
from recall.tex.reader import Reader, is_dimension
from recall.tex.state import Frame, Shared
from recall.tex.symbols import SYMBOLS
from recall.tex.tree import Group, Newline, Node, Space, Symbol, Tag

MAX_DEPTH = 40
"""How deep groups, arguments and environments may nest."""

Handler = Callable[["Parser", Token], None]

COMMANDS: dict[str, Handler] = {}
"""What to do for a command that is no plain symbol, by name without the backslash."""

SPECIAL: dict[str, Handler] = {}
"""What to do for a character with a meaning of its own, such as ^."""

UNFIT_SCRIPTS: set[str] = set()
"""Commands that cannot be a script without braces (`x^\\sin`): MathJax refuses them, so do we."""

OVERS: dict[str, tuple[bool, str, str]] = {
    "\\over": (True, "", ""),
    "\\atop": (False, "", ""),
    "\\choose": (False, "(", ")"),
    "\\brace": (False, "{", "}"),
    "\\brack": (False, "[", "]"),
    "\\above": (True, "", ""),
    "\\overwithdelims": (True, "", ""),
    "\\atopwithdelims": (False, "", ""),
    "\\abovewithdelims": (True, "", ""),
}
"""Infix fractions: whether there is a bar, and the fences."""

CLOSERS = frozenset({"", "}", "&", "\\\\", "\\newline", "\\cr", "\\end", "\\right", "\\middle"})
"""Tokens that can end a group or cell; "" is the end of the source."""


class Parser(Reader):
    """Parses one list of tokens. Every method raises TexError, and nothing else."""

    def __init__(
        self,
        tokens: list[Token],
        end: int,
        shared: Shared,
        *,
        depth: int = 0,
        font: str = "",
        words: bool = False,
    ) -> None:
        super().__init__(tokens, end)
        self.shared = shared
        self.depth = depth
        self.frame = Frame("top", font, words)
        self.in_equation = False

    # -- groups and arguments -------------------------------------------------------------------------------

    def parse(self) -> Group:
        """The whole list as one group."""
        return self.collect("top", frozenset({""}), 0)[0]

    def sub(self, tokens: list[Token], *, font: str | None = None, words: bool | None = None) -> Group:
        """Other tokens (an argument) as a group, in the current or another font."""
        frame = self.frame
        parser = Parser(
            tokens,
            self.here(),
            self.shared,
            depth=self.depth,
            font=frame.font if font is None else font,
            words=frame.words if words is None else words,
        )
        return parser.parse()

    def arg(self, token: Token) -> Group:
        """The next argument of the command `token`, parsed."""
        return self.sub(self.argument(token.text))

    def optional(self, token: Token) -> Group | None:
        """The optional argument of the command `token`, parsed; None if there is none."""
        tokens = self.bracket(token.text)
        return None if tokens is None else self.sub(tokens)

    def collect(self, kind: str, closers: frozenset[str], start: int) -> tuple[Group, Frame, str]:
        """Read up to one of the closing tokens: the group, its frame, and the closer found.

        `start` is the source offset of what opened the group, for the error if it is not closed.
        """
        self._descend()
        outer = self.frame
        frame = self.frame = Frame(kind, outer.font, outer.words)
        while True:
            token = self.next()
            text = token.text if token else ""
            if text in closers:
                break
            if token is None or text in CLOSERS:
                self._misplaced(token, kind, start)
            else:
                self.step(token)
        self.frame = outer
        self.depth -= 1
        return frame.finished(), frame, text

    def _descend(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TexError(f"Nested too deep: at most {MAX_DEPTH} levels are allowed", self.here())

    def _misplaced(self, token: Token | None, kind: str, start: int) -> None:
        if token and token.text in ("\\\\", "\\newline"):
            self.row_space(token)
            self.push(Newline())
            return
        message = _misplaced_message(token.text) if token else _unclosed_message(kind)
        raise TexError(message, token.position if token else start)

    def row_space(self, token: Token) -> None:
        """Skip the star and the length that may follow `\\\\` at once."""
        if token.text != "\\\\":
            return
        self.at += self.text_at(0) == "*"
        if self.text_at(0) == "[":
            start = self.here()
            length = source_of(self.bracket(token.text) or [])
            if length and not is_dimension(length):
                raise TexError("The bracket after \\\\ must hold a length, such as 2pt", start)

    def push(self, node: Node) -> None:
        """Add a node to the open group."""
        self.frame.items.append(node)

    # -- one token ------------------------------------------------------------------------------------------

    def step(self, token: Token) -> None:
        """Read what one token starts."""
        text = token.text
        if text[0] == "\\":
            self._command(token)
        elif is_letter(text):
            self.push(letters(self, text, self.frame))
        elif is_digit(text) or text == ".":
            self.push(number(self, text, self.frame))
        elif text in SPECIAL:
            SPECIAL[text](self, token)
        elif symbol := character(text, self.frame):
            self.push(symbol)

    def _command(self, token: Token) -> None:
        name = token.text[1:] or " "
        if macro := self.shared.macros.get(name) or OWN_MACROS.get(name):
            self.expand(macro, token)
        elif symbol := SYMBOLS.get(name):
            self.push(symbol_in_font(symbol, self.frame.font))
        elif handler := COMMANDS.get(name):
            handler(self, token)
        elif token.text in OVERS:
            self._over(token)
        elif token.text in DELIMITERS:
            self.push(Symbol(*DELIMITERS[token.text]))
        else:
            raise TexError(f"Undefined control sequence {token.text}", token.position)

    def expand(self, macro: Macro, call: Token) -> None:
        """Replace a macro call, which has just been read, by what it stands for."""
        self.shared.expansions += 1
        arguments: list[list[Token]] = []
        if macro.default is not None:
            given = self.bracket(call.text)
            arguments.append(default_argument(macro, call) if given is None else given)
        while len(arguments) < macro.arguments:
            arguments.append(self.argument(call.text))
        replacement = substitute(macro, arguments, call)
        self.tokens = replacement + self.tokens[self.at :]
        self.at = 0
        if self.shared.expansions > MAX_EXPANSIONS or len(self.tokens) > MAX_TOKENS:
            raise TexError(f"{call.text} expands without end: is it defined by itself?", call.position)

    def _over(self, token: Token) -> None:
        """The rest of the group is the denominator of what has been read of it."""
        frame = self.frame
        if frame.over:
            raise TexError(f"Ambiguous use of {token.text}: add braces", token.position)
        bar, left, right = OVERS[token.text]
        if token.text.endswith("withdelims"):
            left, right = self.delimiter(token.text)[0], self.delimiter(token.text)[0]
        if token.text.startswith("\\above"):
            self.dimension(token.text)
        frame.over, frame.fraction = token, (bar, left, right)
        frame.numerator, frame.items = tuple(frame.items), []

    def brace(self, token: Token) -> None:
        """Read a braced group."""
        self.push(self.collect("group", frozenset({"}"}), token.position)[0])


def _unclosed_message(kind: str) -> str:
    return {
        "group": "Missing closing brace: this { is not closed",
        "left": "Missing \\right: this \\left is not closed",
    }.get(kind, f"Missing \\end{{{kind}}}")


def _misplaced_message(text: str) -> str:
    return {
        "}": "Closing brace without an opening one",
        "&": "Misplaced &: it separates columns of a table, and needs \\& as a sign",
        "\\cr": "Misplaced \\cr: there is no table here",
        "\\end": "\\end without \\begin, or inside an open group",
        "\\right": "\\right without \\left, or inside an open group",
        "\\middle": "\\middle without \\left, or inside an open group",
    }[text]


def _hash(parser: Parser, token: Token) -> None:
    raise TexError("# stands only in macros: write \\# for the sign", token.position)


def _tie(parser: Parser, token: Token) -> None:
    parser.push(Space(6, hard=True))


SPECIAL.update({"{": Parser.brace, "#": _hash, "~": _tie})


def parse(source: str, macros: dict[str, Macro]) -> Group:
    """The tree of a source. Raises TexError with the position of the first mistake."""
    shared = Shared(dict(macros))
    tree = Parser(tokenize(source), len(source), shared).parse()
    return Group((*tree.items, Tag(shared.tag))) if shared.tag else tree
