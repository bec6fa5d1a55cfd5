"""How Google Drive is asked: with a service account's token, which google-auth makes and renews."""

from __future__ import annotations

import threading
from functools import lru_cache

import requests
from google.auth.exceptions import GoogleAuthError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from common.errors import ConfigurationError, SourceUnavailableError
from common.logging import register_secret

FILES_URL = "https://www.googleapis.com/drive/v3/files"
_SCOPE = "https://www.googleapis.com/auth/drive.readonly"
_renewing = threading.Lock()


def access_token(key_file: str) -> str:
    """A token for reading what is shared with the account; ConfigurationError for a key that is none."""
    credentials = _credentials(key_file)
    with _renewing:
        if not credentials.valid:
            try:
                with requests.Session() as session:
                    # The account's signed word goes to Google and nowhere else.
                    session.max_redirects = 0
                    credentials.refresh(Request(session))
            except TransportError as error:
                raise SourceUnavailableError(f"no token from Google: {error}") from error
            except GoogleAuthError as error:
                raise ConfigurationError(
                    f"Google refuses the service account: {error}", setting="bigdataball_key_file"
                ) from error
            register_secret(str(credentials.token))
        return str(credentials.token)


@lru_cache(maxsize=2)
def _credentials(key_file: str) -> Credentials:
    try:
        credentials: Credentials = Credentials.from_service_account_file(key_file, scopes=[_SCOPE])
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"NBA_BIGDATABALL_KEY_FILE names no service account's key: {error}", setting="bigdataball_key_file"
        ) from error
    return credentials
