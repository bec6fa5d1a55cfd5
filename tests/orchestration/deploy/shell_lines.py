"""Takes the commands out of a shell line."""

from __future__ import annotations

import shlex

_WORDS = {"if", "then", "else", "fi", "{", "}", "[", "false"}


def commands(line: str, program: str) -> list[str]:
    """All commands of `program` in a line, those in `$(…)` too; what `$(…)` would give stands as "123"."""
    outer, inner = _without_substitutions(line)
    found = [c for text in inner for c in commands(text, program)]
    lexer = shlex.shlex(outer, posix=True, punctuation_chars="();|&<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    for token in [*lexer, ";"]:
        if set(token) <= set("();|&<>"):
            if words[:1] == [program]:
                found.append(shlex.join(words))
            # What follows > is a file, what follows anything else a new command.
            words = ["(file)"] if token.startswith(">") else []
        elif words or token not in _WORDS:
            words.append(token)
    return found


def _without_substitutions(line: str) -> tuple[str, list[str]]:
    outer, inner = "", []
    at = 0
    while (start := line.find("$(", at)) >= 0:
        depth, end = 1, start + 2
        while depth:
            depth += {"(": 1, ")": -1}.get(line[end], 0)
            end += 1
        outer += line[at:start] + "123"
        inner.append(line[start + 2 : end - 1])
        at = end
    return outer + line[at:], inner
