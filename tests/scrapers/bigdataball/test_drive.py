"""The key of the service account."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from common.errors import ConfigurationError, SourceUnavailableError
from scrapers.bigdataball.drive import access_token
from tests.scrapers.misbehaving import MisbehavingSource, answers


@pytest.mark.parametrize("content", [None, "", "{}", '{"type": "service_account", "client_email": "a@b"}'])
def test_a_file_that_is_no_key_names_the_setting(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "account.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match="NBA_BIGDATABALL_KEY_FILE"):
        access_token(str(file))


def test_the_account_s_signed_word_follows_no_redirect(tmp_path: Path, source: MisbehavingSource) -> None:
    key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    account = {"type": "service_account", "client_email": "a@b", "private_key": key.decode(), "token_uri": source.url}
    file = tmp_path / "account.json"
    file.write_text(json.dumps(account))
    token = json.dumps({"access_token": "of-a-stranger", "expires_in": 3600}).encode()
    source.script = [answers(b"", 307, {"Location": source.url}), answers(token)]
    with pytest.raises(SourceUnavailableError, match="no token from Google"):
        access_token(str(file))
    assert source.requests == 1
