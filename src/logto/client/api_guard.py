"""`ApiGuard` and `ApiSyncGuard`: from a request's headers to claims, and from an error to the answer, in any framework."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ..errors import (
    ClientAuthenticationError,
    ConfigurationError,
    LogtoException,
    TokenError,
    TokenRequestError,
    TransportError,
    UnexpectedResponseError,
)
from ..models.claims import AccessTokenClaims
from ..protocol.bearer import read_bearer
from ..protocol.resource_metadata import ProtectedResource, is_web_address
from ..protocol.token_requirement import NOTHING, TokenRequirement
from .access_token_verifier import AccessTokenSyncVerifier, AccessTokenVerifier, LocalVerifier

RETRY_AFTER = 5
"""Seconds after which a client may try again, where Logto cannot be reached and says nothing of it."""

logger = logging.getLogger("logto")


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What an API answers instead of what was asked for.

    Args:
        status: The HTTP status.
        headers: All that it needs, the content type too.
        body: The JSON object.
    """

    status: int
    headers: dict[str, str]
    body: dict[str, str]

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        return json.dumps(self.body).encode()


class _Guard:
    """What both guards have in common.

    Args:
        verifier: What verifies tokens.
        resource: How the API describes itself (RFC 9728), or its identifier; the verifier's audience if it is a single
            URL, and otherwise nothing is published.
        realm: The API's name, in challenges.

    Raises:
        ConfigurationError: One of them is not usable.
    """

    _kind: ClassVar[type[LocalVerifier]]

    def __init__(
        self, verifier: LocalVerifier, *, resource: ProtectedResource | str | None = None, realm: str = ""
    ) -> None:
        if not isinstance(verifier, self._kind):
            raise ConfigurationError(
                f"{type(self).__name__} takes an {self._kind.__name__}, not a {type(verifier).__name__}.",
                hint="ApiGuard awaits, with an AccessTokenVerifier; ApiSyncGuard blocks, with an AccessTokenSyncVerifier.",
                code="configuration.guard",
            )
        if not realm.isascii() or (realm and not realm.isprintable()):
            raise ConfigurationError(
                "`realm` is not usable.", hint="It is a name of printable ASCII characters.", code="configuration.guard"
            )
        audiences = verifier.config.audiences
        if resource is None and len(audiences) == 1 and is_web_address(*audiences):
            (resource,) = audiences
        self._verifier = verifier
        self._realm = realm
        self.resource = ProtectedResource(resource) if isinstance(resource, str) else resource

    @property
    def metadata(self) -> dict[str, Any] | None:
        """The document to serve at `metadata_path`, to anybody (RFC 9728); None where nothing is published."""
        return self.resource.document(self._verifier.config.issuer) if self.resource is not None else None

    @property
    def metadata_path(self) -> str | None:
        """Where to serve it: `/.well-known/oauth-protected-resource`, and the path of the API's identifier."""
        return self.resource.path if self.resource is not None else None

    @property
    def metadata_url(self) -> str | None:
        """Where challenges send clients to."""
        return self.resource.url if self.resource is not None else None

    def answer(self, error: LogtoException) -> ApiAnswer:
        """What to answer to a request that ended with an error: nothing in it helps to forge, and it is never cached.

        Args:
            error: What `check` raised.

        Returns:
            400, 401 or 403 with a challenge, as RFC 6750 says; 503 with `Retry-After` where Logto cannot be asked; 500
            where this API is not set up well.
        """
        headers = {"content-type": "application/json", "cache-control": "no-store"}
        if isinstance(error, TokenError):
            # The caller is told little; whoever set the API up must be able to find out.
            logger.info("a token was refused: %s: %s", error.code, error)
            headers["www-authenticate"] = error.challenge(realm=self._realm, resource_metadata=self.metadata_url or "")
            code = error.oauth_error or "missing_token"
            return _answer(error.status_code, headers, code, error.oauth_description or "Send an access token")
        logger.error("access tokens cannot be verified: %s: %s", error.code, error)
        if _passes(error):
            wait = getattr(error, "retry_after", None)
            headers["retry-after"] = str(math.ceil(RETRY_AFTER if wait is None else wait))
            return _answer(503, headers, "temporarily_unavailable", "Access tokens cannot be verified now")
        return _answer(500, headers, "server_error", "This API is not set up to verify access tokens")


class ApiGuard(_Guard):
    """Guards an asynchronous API: what each framework's guard is made of.

    ```python
    guard = ApiGuard(verifier)
    READ = TokenRequirement(scopes=["read"])

    try:
        claims = await guard.check(request.headers.getlist("authorization"), READ, query=request.url.query)
    except LogtoException as error:
        answer = guard.answer(error)
        return Response(answer.content, answer.status, answer.headers)
    ```

    Args:
        verifier: What verifies tokens.
        resource: How the API describes itself (RFC 9728), or its identifier; the verifier's audience if it is a single
            URL, and otherwise nothing is published.
        realm: The API's name, in challenges.

    Raises:
        ConfigurationError: One of them is not usable.
    """

    _kind = AccessTokenVerifier
    _verifier: AccessTokenVerifier

    async def check(
        self,
        authorization: Sequence[str],
        required: TokenRequirement = NOTHING,
        *,
        query: str = "",
        organization_id: str | None = None,
    ) -> AccessTokenClaims:
        """What the request's access token says, if it is good and allows the request.

        Args:
            authorization: The values of all `Authorization` headers: none, one, or too many.
            required: What the route asks.
            query: The request's query, as it came: a token in it is refused.
            organization_id: The organization that the request names, in its path or a header; the token must be for that
                one. None where requests name none; empty where this one should have.

        Raises:
            TokenError: The request is to be answered with 400, 401 or 403.
            LogtoException: The token could not be judged; `answer` tells these apart.
        """
        token = read_bearer(authorization, query, scope=required.scope)
        return await self._verifier.verify_for(token, required, organization_id)


class ApiSyncGuard(_Guard):
    """`ApiGuard`, blocking."""

    _kind = AccessTokenSyncVerifier
    _verifier: AccessTokenSyncVerifier

    def check(
        self,
        authorization: Sequence[str],
        required: TokenRequirement = NOTHING,
        *,
        query: str = "",
        organization_id: str | None = None,
    ) -> AccessTokenClaims:
        """`ApiGuard.check`, blocking."""
        token = read_bearer(authorization, query, scope=required.scope)
        return self._verifier.verify_for(token, required, organization_id)


def _passes(error: LogtoException) -> bool:
    """Whether a later request may fare better, with nothing changed here."""
    if isinstance(error, ClientAuthenticationError):
        return False
    return isinstance(error, TransportError | UnexpectedResponseError | TokenRequestError)


def _answer(status: int, headers: dict[str, str], code: str, description: str) -> ApiAnswer:
    return ApiAnswer(status, headers, {"error": code, "error_description": description})
