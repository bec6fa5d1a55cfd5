"""OIDC tokens signed by a key of our own, and the certificates endpoint that vouches for it."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import crypt, jwt

AUDIENCE = "https://nba-service-1.us-east1.run.app"
CALLER = "nba-push@my-project.iam.gserviceaccount.com"


@dataclass
class Key:
    """An RSA key with a certificate, as Google publishes its own."""

    key_id: str
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def signer(self) -> Any:
        pem = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return crypt.RSASigner.from_string(pem, self.key_id)

    @property
    def certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(self.private, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class CertificatesEndpoint:
    """A google-auth transport that answers with the certificates of `keys`; counts how often it is asked."""

    keys: list[Key]
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"cache-control": "public, max-age=3600"})
    asked: int = 0

    def __call__(self, _url: str, **_more: Any) -> CertificatesEndpoint:
        self.asked += 1
        return self

    @property
    def data(self) -> bytes:
        return json.dumps({k.key_id: k.certificate for k in self.keys}).encode()


def claims(**changed: Any) -> dict[str, Any]:
    """The claims of a good token; None leaves one out."""
    now = int(time.time())
    good = {
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "email": CALLER,
        "email_verified": True,
        "iat": now - 10,
        "exp": now + 600,
        "sub": "1234",
    }
    return {k: v for k, v in {**good, **changed}.items() if v is not None}


def token(key: Key, **changed: Any) -> str:
    """A token with the good claims but for `changed`."""
    encoded: bytes = jwt.encode(key.signer, claims(**changed))
    return encoded.decode()


def unsigned(**header: Any) -> str:
    """A token of the good claims that says itself how it is signed, and is not."""

    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    return f"{part({'typ': 'JWT', **header})}.{part(claims())}."
