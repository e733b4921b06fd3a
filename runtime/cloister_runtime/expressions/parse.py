"""Recursive descent: or < and < not < comparison < sum < product < sign.

A tree is a nested tuple: ("number", 1.0), ("column", "SEX"), ("missing", tree), (operator,
tree...).
"""

from typing import Any

from .tokens import ExpressionError, Token, tokenize

Tree = tuple[Any, ...]
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
MOST_DEPTH = 100

__all__ = ["ExpressionError", "Tree", "columns_of", "parse"]


def parse(text: str) -> Tree:
    """The tree of an expression; raises ExpressionError with a position."""
    parser = _Parser(tokenize(text))
    tree = parser.disjunction()
    parser.expect_end()
    return tree


def columns_of(tree: Tree) -> set[str]:
    if tree[0] == "column":
        return {tree[1]}
    return {name for part in tree[1:] if isinstance(part, tuple) for name in columns_of(part)}


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self, *symbols: str) -> str | None:
        token = self.peek()
        if token.kind != "symbol" or token.text not in symbols:
            return None
        self.at += 1
        return token.text

    def expect(self, symbol: str) -> None:
        if self.take(symbol) is None:
            raise self.fault(f"{symbol!r} is missing")

    def expect_end(self) -> None:
        if self.peek().kind != "end":
            raise self.fault(f"{self.peek().text!r} does not belong here")

    def fault(self, problem: str) -> ExpressionError:
        return ExpressionError(problem, self.peek().position)

    def disjunction(self) -> Tree:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise self.fault("too many parentheses")
        tree = self.conjunction()
        while self.take("or"):
            tree = ("or", tree, self.conjunction())
        self.depth -= 1
        return tree

    def conjunction(self) -> Tree:
        tree = self.negation()
        while self.take("and"):
            tree = ("and", tree, self.negation())
        return tree

    def negation(self) -> Tree:
        negations = 0
        while self.take("not"):
            negations += 1
        tree = self.comparison()
        for _ in range(negations):
            tree = ("not", tree)
        return tree

    def comparison(self) -> Tree:
        tree = self.sum()
        operator = self.take(*COMPARISONS)
        if operator is None:
            return tree
        tree = (operator, tree, self.sum())
        if self.peek().text in COMPARISONS:
            raise self.fault("comparisons do not chain; join them with and")
        return tree

    def sum(self) -> Tree:
        tree = self.product()
        while operator := self.take("+", "-"):
            tree = (operator, tree, self.product())
        return tree

    def product(self) -> Tree:
        tree = self.sign()
        while operator := self.take("*", "/"):
            tree = (operator, tree, self.sign())
        return tree

    def sign(self) -> Tree:
        negative = False
        while operator := self.take("+", "-"):
            negative ^= operator == "-"
        return ("negative", self.atom()) if negative else self.atom()

    def atom(self) -> Tree:
        token = self.peek()
        if token.kind == "number":
            self.at += 1
            return ("number", float(token.text))
        if token.kind == "name":
            self.at += 1
            return ("column", token.text)
        if self.take("missing"):
            self.expect("(")
            tree = ("missing", self.disjunction())
        else:
            if self.take("(") is None:
                raise self.fault("a number, a column or a parenthesis is missing")
            tree = self.disjunction()
        self.expect(")")
        return tree
