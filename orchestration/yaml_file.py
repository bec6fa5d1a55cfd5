"""YAML files of ours, checked by a pydantic model; what is wrong is named by file, line and field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from common.errors import ConfigurationError
from orchestration.yaml_lines import Where, read_yaml


def load_yaml[M: BaseModel](path: Path, model: type[M], *, context: dict[str, Any] | None = None) -> M:
    """The content of `path` as `model`; ConfigurationError with a line a problem, each `file:line: field: what`."""
    content, where = read_yaml(path)
    try:
        return model.model_validate(content, context=context)
    except ValidationError as error:
        problems = [
            f"{path}:{where.line(e['loc'])}: {Where.field(e['loc'])}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        ]
        raise ConfigurationError("\n".join(problems)) from error
