"""The key of the service account."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.errors import ConfigurationError
from scrapers.bigdataball.drive import access_token


@pytest.mark.parametrize("content", [None, "", "{}", '{"type": "service_account", "client_email": "a@b"}'])
def test_a_file_that_is_no_key_names_the_setting(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "account.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match="NBA_BIGDATABALL_KEY_FILE"):
        access_token(str(file))
