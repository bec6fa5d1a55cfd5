"""Who may call: OIDC tokens of Google, checked for signature, audience, issuer, expiry and account."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from google.auth import exceptions as google_auth_errors
from google.auth.transport import requests as google_requests
from google.oauth2 import id_token

from common.certificates import Certificates
from common.errors import ConfigurationError
from common.settings import Settings

_ISSUERS = frozenset({"accounts.google.com", "https://accounts.google.com"})


class Unauthorized(Exception):
    """A call without a right to it; `code` is 401 without a valid token, 403 for a wrong account.

    503 where the token could not be checked because Google's certificates could not be had.
    """

    def __init__(self, public: str, code: int) -> None:
        super().__init__(public)
        self.public = public
        self.code = code


@lru_cache(maxsize=1)
def _transport() -> Any:
    return Certificates(google_requests.Request())


def check_settings(settings: Settings) -> None:
    """ConfigurationError when others can reach the service and it was not told who may call it."""
    if settings.auth_required and not (settings.oidc_audience and allowed_accounts(settings)):
        raise ConfigurationError(
            "set NBA_OIDC_AUDIENCE and NBA_OIDC_SERVICE_ACCOUNTS, or bind to loopback (NBA_BIND=127.0.0.1)",
            bind=settings.bind,
        )


def allowed_accounts(settings: Settings) -> frozenset[str]:
    """The e-mail addresses that may call."""
    return frozenset(a.strip() for a in settings.oidc_service_accounts.split(",") if a.strip())


def require_caller(settings: Settings, header: str | None) -> str | None:
    """The caller's e-mail address; Unauthorized when the token is missing or not good enough.

    None when the service is bound to loopback, where no token is asked for.
    """
    if not settings.auth_required:
        return None
    check_settings(settings)
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("a bearer token is needed", 401)
    try:
        claims = id_token.verify_oauth2_token(token, _transport(), audience=settings.oidc_audience)
    except google_auth_errors.TransportError as error:
        raise Unauthorized("the token could not be checked now", 503) from error
    except (ValueError, KeyError, TypeError, AttributeError, google_auth_errors.GoogleAuthError) as error:
        # The library expects a token of Google's form; any other makes it stumble in one of these ways.
        raise Unauthorized("the token is not valid here", 401) from error
    if claims.get("iss") not in _ISSUERS:
        raise Unauthorized("the token's issuer is not Google", 401)
    if claims.get("email_verified") is not True or claims.get("email") not in allowed_accounts(settings):
        raise Unauthorized("this account may not call", 403)
    return str(claims["email"])
