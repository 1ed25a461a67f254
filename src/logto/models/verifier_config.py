"""What an API must know to verify the access tokens that it is called with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from .config import LogtoConfig, http_url


@dataclass(frozen=True, slots=True)
class Introspection:
    """How to ask the server about opaque tokens, which only it can read (RFC 7662).

    An opaque token of Logto does not say for which API it is, so only those of named applications count.

    Args:
        app_id: The application in whose name to ask.
        app_secret: Its secret.
        client_ids: The applications whose opaque tokens count; the asking one's own if not given.
    """

    app_id: str
    app_secret: str = field(repr=False)
    client_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifierConfig:
    """The settings of a verifier, checked; `of` makes them.

    Args:
        issuer: The provider's name, as tokens must have it.
        audiences: The API's own resource indicators.
        organizations: Whether a token for any organization is for us too.
        client_ids: The applications whose tokens count; empty for all of the tenant's.
        roles_claim: The claim that holds roles.
        introspector: Who asks about opaque tokens; None where they are refused.
        opaque_client_ids: The applications whose opaque tokens count.
        clock_tolerance: By how many seconds the clocks may differ.
        timeout: Seconds for one verification that must ask the server.
    """

    issuer: str
    audiences: frozenset[str]
    organizations: bool
    client_ids: frozenset[str]
    roles_claim: str
    introspector: LogtoConfig | None
    opaque_client_ids: frozenset[str]
    clock_tolerance: float
    timeout: float

    @classmethod
    def of(
        cls,
        endpoint: str,
        audience: str | Iterable[str],
        *,
        issuer: str,
        organizations: bool,
        client_ids: Iterable[str] | None,
        roles_claim: str,
        introspection: Introspection | None,
        clock_tolerance: float,
        timeout: float,
    ) -> Self:
        """The settings, of what `AccessTokenVerifier` is given.

        Raises:
            ConfigurationError: One of them is missing or malformed.
        """
        if not (0 <= clock_tolerance <= 3600 and 0 < timeout <= 300):
            raise _unusable(
                "`clock_tolerance` or `timeout`",
                "They are seconds: at most 3600, and at most 300.",
            )
        audiences = _audiences(audience)
        if not audiences and not organizations:
            # An API that takes tokens for nobody in particular takes tokens for everybody.
            raise _unusable(
                "`audience`", "Name this API's identifier, as Logto's Console has it.", "configuration.audience"
            )
        clients = _texts("client_ids", client_ids)
        if client_ids is not None and not clients:
            raise _unusable("`client_ids`", "Leave it out, or name applications.")
        address = _address("endpoint", endpoint).rstrip("/")
        name = _address("issuer", issuer) if issuer else f"{address}/oidc"
        asking, opaque_clients = None, frozenset[str]()
        if introspection is not None:
            asking = LogtoConfig(
                endpoint=address, app_id=introspection.app_id, app_secret=introspection.app_secret, issuer=name
            )
            named = _texts("client_ids", introspection.client_ids)
            opaque_clients = frozenset(named or (introspection.app_id,))
        return cls(
            issuer=name,
            audiences=audiences,
            organizations=bool(organizations),
            client_ids=frozenset(clients),
            roles_claim=_texts("roles_claim", (roles_claim,))[0],
            introspector=asking,
            opaque_client_ids=opaque_clients,
            clock_tolerance=clock_tolerance,
            timeout=timeout,
        )


def _audiences(given: str | Iterable[str]) -> frozenset[str]:
    names = _texts("audience", (given,) if isinstance(given, str) and given else given or ())
    for name in names:
        if not urlsplit(name).scheme or not name.isprintable() or " " in name or "#" in name:
            raise _unusable(
                "`audience`",
                f"{name!r} is no API identifier: an absolute URI without a fragment.",
                "configuration.audience",
            )
    return frozenset(names)


def _texts(name: str, given: Iterable[str] | None) -> tuple[str, ...]:
    items: tuple[object, ...] = () if given is None else (None,) if isinstance(given, str) else tuple(given)
    texts = tuple(str(item) for item in items if isinstance(item, str) and item)
    if len(texts) != len(items):
        raise _unusable(f"`{name}`", "It is a list of texts.")
    return texts


def _address(name: str, given: str) -> str:
    try:
        return http_url(given.strip() if name == "endpoint" else given)
    except (ValueError, AttributeError):
        raise _unusable(
            f"`{name}`", "It is an address such as https://foo.logto.app, without query or password."
        ) from None


def _unusable(what: str, hint: str, code: str = "configuration.invalid") -> ConfigurationError:
    return ConfigurationError(f"The verifier's {what} is not usable.", hint=hint, code=code)
