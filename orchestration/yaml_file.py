"""YAML files of ours, checked by a pydantic model; what is wrong is named by file, line and field."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from common.errors import ConfigurationError


def load_yaml[M: BaseModel](path: Path, model: type[M], *, context: dict[str, Any] | None = None) -> M:
    """The content of `path` as `model`; ConfigurationError with a line a problem, each `file:line: field: what`."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    try:
        return model.model_validate(content, context=context)
    except ValidationError as error:
        problems = [
            f"{path}:{_line(root, e['loc'])}: {_field(e['loc'])}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        ]
        raise ConfigurationError("\n".join(problems)) from error


def _line(node: yaml.Node | None, location: Sequence[int | str]) -> int:
    """The line, from 1, of the deepest node on the way to `location`."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in location:
        below: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    line, below = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            below = node.value[part]
            line = below.start_mark.line + 1
        if below is None:
            break
        node = below
    return line


def _field(location: Sequence[int | str]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".") or "(file)"
