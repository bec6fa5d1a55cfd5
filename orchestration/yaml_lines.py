"""YAML with the line of every field, so that an error about a value can say where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from common.errors import ConfigurationError

Path_ = tuple[int | str, ...]


@dataclass
class Where:
    """The line (from 1) of every key and item, by its path from the root."""

    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, path: Sequence[int | str]) -> int:
        """The line of a path, or of the nearest thing around it that is in the file."""
        parts = tuple(path)
        while parts and parts not in self.lines:
            parts = parts[:-1]
        return self.lines.get(parts, 1)

    @staticmethod
    def field(path: Sequence[int | str]) -> str:
        """The path in words, e.g. `steps[1].scrapers[0]`."""
        text = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path if p != "[key]")
        return text.lstrip(".") or "(file)"


def read_yaml(file: Path) -> tuple[Any, Where]:
    """The content of a file and the lines of its fields.

    ConfigurationError that names file and line for what is no YAML, and for a key that stands twice in one
    place: YAML would silently take the second.
    """
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{file.name}:{line}: {error.problem}", file=str(file)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{file.name} cannot be read: {error}", file=str(file)) from error
    where = Where()
    if root is not None:
        _note(root, (), where, file)
    return content, where


def _note(node: yaml.Node, path: Path_, where: Where, file: Path) -> None:
    where.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise ConfigurationError(f"{file.name}:{line}: {key.value!r} is there already", file=str(file))
            seen.add(key.value)
            where.lines[(*path, key.value)] = line
            _note(value, (*path, key.value), where, file)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _note(item, (*path, number), where, file)
