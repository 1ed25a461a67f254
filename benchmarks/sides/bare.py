"""The least that a sign-in callback can be: one token request over a kept connection, and one verified signature."""

import json
import time
from base64 import b64encode, urlsafe_b64decode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpcore2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

from benchmarks.sides.lines import serve
from benchmarks.sides.tokens import encoded, payload_of

REDIRECT_URI = "http://localhost:3000/callback"
VERIFIER = "v" * 43


class Bare:
    """A kept connection, and the provider's key."""

    async def configure(self, config: dict[str, Any], blocking: bool = False) -> None:
        """Connect and fetch the key.

        Args:
            config: As `LogtoConfig` takes it.
            blocking: Without an event loop's help.
        """
        self._config = config
        self._issuer = f"{config['endpoint']}/oidc"
        self._blocking = httpcore2.ConnectionPool() if blocking else None
        self._pool = httpcore2.AsyncConnectionPool()
        response = await self._request("GET", f"{self._issuer}/jwks")
        jwk = json.loads(response.content)["keys"][0]
        x, y = (int.from_bytes(_decoded(jwk[name]), "big") for name in ("x", "y"))
        self._key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP384R1()).public_key()

    def sign_in(self, names: list[str]) -> dict[str, str]:
        """Where to send the browsers."""
        parameters = {
            "client_id": self._config["appId"],
            "redirect_uri": REDIRECT_URI,
            "response_type": "code",
            "scope": " ".join(("openid", "offline_access", "profile", *self._config["scopes"])),
            "resource": [*self._config["resources"], "urn:logto:resource:organizations"],
            "prompt": "consent",
            "state": "s" * 43,
            "nonce": "n" * 43,
            "code_challenge": encoded(sha256(VERIFIER.encode()).digest()),
            "code_challenge_method": "S256",
        }
        url = f"{self._issuer}/auth?{urlencode(parameters, doseq=True)}"
        return dict.fromkeys(names, url)

    async def callback(self, urls: dict[str, str]) -> dict[str, float]:
        """Exchange the code; returns seconds of the clock and of the processor."""
        (url,) = urls.values()
        clock, processor = time.perf_counter(), time.process_time()
        form = {
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(url).query)["code"][0],
            "redirect_uri": REDIRECT_URI,
            "code_verifier": VERIFIER,
        }
        secret = f"{quote(self._config['appId'], safe='')}:{quote(self._config['appSecret'], safe='')}"
        headers = {
            "Host": urlsplit(self._issuer).netloc,
            "Authorization": f"Basic {b64encode(secret.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        response = await self._request("POST", f"{self._issuer}/token", headers, urlencode(form).encode())
        token = json.loads(response.content)["id_token"]
        message, signature = token.rsplit(".", 1)
        r, s = (int.from_bytes(half, "big") for half in _halves(_decoded(signature)))
        self._key.verify(encode_dss_signature(r, s), message.encode(), ec.ECDSA(SHA384()))
        json.loads(payload_of(token))
        return {"clock": time.perf_counter() - clock, "processor": time.process_time() - processor, "failed": 0}

    async def _request(
        self, method: str, url: str, headers: dict[str, str] | None = None, content: bytes | None = None
    ) -> httpcore2.Response:
        headers = headers or {"Host": urlsplit(url).netloc}
        if self._blocking is not None:
            return self._blocking.request(method, url, headers=headers, content=content)
        return await self._pool.request(method, url, headers=headers, content=content)


def _halves(signature: bytes) -> tuple[bytes, bytes]:
    middle = len(signature) // 2
    return signature[:middle], signature[middle:]


def _decoded(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


if __name__ == "__main__":
    bare = Bare()
    serve({"configure": bare.configure, "sign_in": bare.sign_in, "callback": bare.callback})
