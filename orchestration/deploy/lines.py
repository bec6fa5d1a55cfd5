"""Shell lines that are safe to run twice, each complete by itself."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

_QUIET = " >/dev/null 2>&1"


@dataclass(frozen=True)
class Step:
    """A part of the deployment: a heading and its lines, in the order in which they must run."""

    title: str
    lines: Sequence[str]


def word(text: str) -> str:
    """One word of a shell line; a `$(…)` in it stays alive."""
    return f'"{text}"' if "$(" in text else shlex.quote(text)


def line(program: str, *arguments: str, **flags: str | int | bool) -> str:
    """`program arguments --flag=value …`; True is a flag without value, underscores are hyphens."""
    words = [program, *(word(a) for a in arguments)]
    for name, value in flags.items():
        flag = "--" + name.replace("_", "-")
        words.append(flag if value is True else f"{flag}={word(str(value))}")
    return " ".join(words)


def gcloud(*words: str, **flags: str | int | bool) -> str:
    """A gcloud command; the first word may be several ("run deploy")."""
    return line(f"gcloud {words[0]}", *words[1:], **flags)


def create_if_missing(describe: str, create: str) -> str:
    """`create` unless `describe` finds it."""
    return f"{describe}{_QUIET} || {create}"


def update_or_create(describe: str, update: str, create: str) -> str:
    """`update` where `describe` finds it, else `create`."""
    return f"if {describe}{_QUIET}; then {update}; else {create}; fi"


def demand(check: str, remedy: str) -> str:
    """Fail with `remedy` in words where `check` fails."""
    return f"{check}{_QUIET} || {{ echo {shlex.quote(remedy)} >&2; false; }}"
