"""Tokens of the expression language."""

import re
from dataclasses import dataclass

KEYWORDS = {"and", "or", "not", "missing"}
# Bounds the depth of the tree, which is walked by recursion.
MOST_TOKENS = 400
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[A-Za-z_][A-Za-z0-9_.]*)
    | (?P<symbol><=|>=|!=|[-+*/=<>()])
    )""",
    re.VERBOSE,
)


class ExpressionError(ValueError):
    """A fault of an expression with its position, counted in characters from 1."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"{problem} at character {position}")
        self.position = position


@dataclass(frozen=True)
class Token:
    """`kind` is number, name, symbol or end; keywords are symbols."""

    kind: str
    text: str
    position: int


def tokenize(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionError(f"{text[start]!r} is not of the language", start + 1)
        kind = match.lastgroup or ""
        token = match.group(kind)
        position = match.start(kind) + 1
        tokens.append(Token("symbol" if token in KEYWORDS else kind, token, position))
        at = match.end()
        if len(tokens) > MOST_TOKENS:
            raise ExpressionError("the expression is too long", at)
    tokens.append(Token("end", "", len(text) + 1))
    return tokens
