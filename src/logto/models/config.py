"""The configuration of a client."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self, cast, overload
from urllib.parse import urlsplit

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator

from ..errors import ConfigurationError
from .scopes import OAuthScope, Prompt, ReservedResource, UserInfoScope

WHERE = {
    "endpoint": "the address of your Logto, such as https://foo.logto.app, "
    "on the application's details page in Logto's Console (or what `logto dev` prints)",
    "app_id": "the App ID on the application's details page in Logto's Console (or what `logto dev` prints)",
    "app_secret": "the App secret on the application's details page in Logto's Console (or what `logto dev` prints)",
}
PROMPTS = ("consent", "login", "none")


def _both(snake: str, camel: str) -> AliasChoices:
    return AliasChoices(snake, camel)


class LogtoConfig(BaseModel):
    """What a client must know of the Logto it talks to, and of the application it is.

    Every name exists in two spellings: `appId` as the guide writes it, and `app_id`.

    Args:
        endpoint: The address of Logto; a trailing slash is fine.
        app_id: The application's App ID.
        app_secret: Its secret; None for a public client (single-page or native application).
        scopes: What to ask for beyond `openid`, `profile` and `offline_access`, which are always asked for.
        resources: The indicators of the API resources that access tokens are wanted for.
        prompt: `consent`, `login`, `none`, or several of them; without `consent`, Logto gives no refresh token.
        include_reserved_scopes: Set to False to ask for `scopes` only. `openid` stays: without it nobody is signed in.
        issuer: The issuer identifier, where it is not `{endpoint}/oidc`; compared byte for byte.
        clock_tolerance: Seconds by which this machine's clock and the server's may differ.
        timeout: Seconds for one operation, all of its requests together.

    Raises:
        ConfigurationError: A name is unknown (the nearest known one is suggested), or a value missing or malformed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    endpoint: str
    app_id: str = Field(validation_alias=_both("app_id", "appId"))
    app_secret: str | None = Field(default=None, repr=False, validation_alias=_both("app_secret", "appSecret"))
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    prompt: tuple[Prompt, ...] = ("consent",)
    include_reserved_scopes: bool = Field(
        default=True, validation_alias=_both("include_reserved_scopes", "includeReservedScopes")
    )
    issuer: str = ""
    clock_tolerance: float = Field(
        default=60.0, ge=0, le=3600, validation_alias=_both("clock_tolerance", "clockTolerance")
    )
    timeout: float = Field(default=8.0, gt=0, le=300)

    @overload
    def __init__(
        self,
        *,
        endpoint: str,
        appId: str,
        appSecret: str | None = None,
        scopes: Sequence[str] = (),
        resources: Sequence[str] = (),
        prompt: Prompt | str | Sequence[Prompt] = "consent",
        includeReservedScopes: bool = True,
        issuer: str = "",
        clockTolerance: float = 60.0,
        timeout: float = 8.0,
    ) -> None: ...

    @overload
    def __init__(
        self,
        *,
        endpoint: str,
        app_id: str,
        app_secret: str | None = None,
        scopes: Sequence[str] = (),
        resources: Sequence[str] = (),
        prompt: Prompt | str | Sequence[Prompt] = "consent",
        include_reserved_scopes: bool = True,
        issuer: str = "",
        clock_tolerance: float = 60.0,
        timeout: float = 8.0,
    ) -> None: ...

    def __init__(self, **settings: Any) -> None:
        _refuse_unknown(settings)
        try:
            super().__init__(**settings)
        except ValidationError as error:
            raise _explained(error) from None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, **settings: Any) -> Self:
        """The configuration that the environment describes.

        Reads `LOGTO_ENDPOINT`, `LOGTO_APP_ID`, `LOGTO_APP_SECRET`, `LOGTO_SCOPES`, `LOGTO_RESOURCES` (both separated
        by spaces or commas), `LOGTO_PROMPT`, `LOGTO_ISSUER`, `LOGTO_CLOCK_TOLERANCE` and `LOGTO_TIMEOUT`.

        Args:
            environ: Where to look; the process's environment if not given.
            settings: Given here rather than there; they win.

        Raises:
            ConfigurationError: As the constructor; the message names the variable.
        """
        found: dict[str, Any] = {}
        for name in (*_SINGLE, *_SEVERAL):
            value = environ.get(f"LOGTO_{name.upper()}", "").strip()
            if value:
                found[name] = value.replace(",", " ").split() if name in _SEVERAL else value
        given = {_SNAKE.get(name, name): value for name, value in settings.items()}
        try:
            return cls(**{**found, **given})
        except ConfigurationError as error:
            error.hint = (
                f"{error.hint} In the environment the names are LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET …"
            )
            raise

    @field_validator("endpoint")
    @classmethod
    def _an_origin_with_an_optional_path(cls, value: str) -> str:
        return http_url(value.strip()).rstrip("/")

    @field_validator("issuer")
    @classmethod
    def _an_issuer(cls, value: str) -> str:
        # Not normalised: an issuer is compared byte for byte (OpenID Connect Discovery 1.0, section 4.3).
        return http_url(value) if value else value

    @field_validator("app_id", "app_secret")
    @classmethod
    def _printable(cls, value: str | None) -> str | None:
        if value is not None and (not value or not value.isprintable() or value != value.strip()):
            raise ValueError("must not be empty or hold spaces at its ends or control characters")
        return value

    @field_validator("scopes", "prompt", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return _distinct(value.split() if isinstance(value, str) else value)

    @field_validator("scopes")
    @classmethod
    def _scope_tokens(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for scope in value:
            if not scope or not all("!" <= character <= "~" and character not in '"\\' for character in scope):
                raise ValueError(f"{scope!r} is no scope: one word without quotes (RFC 6749, section 3.3)")
        return value

    @field_validator("prompt")
    @classmethod
    def _prompts(cls, value: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
        if "none" in value and len(value) > 1:
            raise ValueError("`none` must be used alone (OpenID Connect Core 3.1.2.1)")
        return value

    @field_validator("resources", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise ValueError("is a list: write resources=[…]")  # noqa: TRY004 - pydantic wants a ValueError
        return _distinct(value)

    @field_validator("resources")
    @classmethod
    def _indicators(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for resource in value:
            parts = urlsplit(resource)
            if not parts.scheme or "#" in resource or "," in resource or not resource.isprintable():
                raise ValueError(f"{resource!r} is no API identifier: an absolute URI without a fragment (RFC 8707)")
        return value

    @property
    def appId(self) -> str:  # noqa: N802 - published name
        """`app_id`, as the guide spells it."""
        return self.app_id

    @property
    def appSecret(self) -> str | None:  # noqa: N802 - published name
        """`app_secret`, as the guide spells it."""
        return self.app_secret

    @property
    def expected_issuer(self) -> str:
        """The issuer that the server must name itself."""
        return self.issuer or f"{self.endpoint}/oidc"

    @property
    def requested_scopes(self) -> tuple[str, ...]:
        """All scopes to ask for: the reserved ones first, no duplicates, in a stable order."""
        reserved: tuple[str, ...] = (UserInfoScope.openid,)
        if self.include_reserved_scopes:
            reserved = (UserInfoScope.openid, UserInfoScope.profile, OAuthScope.offline_access)
        return tuple(dict.fromkeys(str(scope) for scope in (*reserved, *self.scopes)))

    @property
    def requested_resources(self) -> tuple[str, ...]:
        """All resources to ask for; organization tokens need a reserved one (LOGTO.md 3.3)."""
        if UserInfoScope.organizations in self.scopes:
            return tuple(dict.fromkeys((*self.resources, str(ReservedResource.organizations))))
        return self.resources


_SINGLE = ("endpoint", "app_id", "app_secret", "prompt", "issuer", "clock_tolerance", "timeout")
_SEVERAL = ("scopes", "resources")
_SNAKE = {
    "appId": "app_id",
    "appSecret": "app_secret",
    "includeReservedScopes": "include_reserved_scopes",
    "clockTolerance": "clock_tolerance",
}


def _distinct(value: Any) -> tuple[str, ...]:
    if not isinstance(value, Iterable) or isinstance(value, (bytes, Mapping)):
        raise ValueError("is a list of texts")  # noqa: TRY004 - pydantic wants a ValueError
    items = tuple(cast("Iterable[object]", value))
    texts = tuple(str(item) for item in items if isinstance(item, str))
    if len(texts) != len(items):
        raise ValueError("is a list of texts")
    return tuple(dict.fromkeys(texts))


def http_url(value: str) -> str:
    """The address of a server, as given.

    Raises:
        ValueError: It is none.
    """
    try:
        parts = urlsplit(value)
        wrong = not parts.hostname or parts.scheme not in ("http", "https") or parts.port == 0
    except ValueError:
        wrong = True
    else:
        wrong = wrong or not value.isprintable() or " " in value or "?" in value or "#" in value or "@" in parts.netloc
    if wrong:
        raise ValueError("must be an address such as https://foo.logto.app, without query, fragment or password")
    return value


def _refuse_unknown(settings: Mapping[str, Any]) -> None:
    known = {*LogtoConfig.model_fields, *_SNAKE}
    for name in settings:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"Did you mean `{nearest[0]}`?" if nearest else f"Known are: {', '.join(sorted(known))}."
            raise ConfigurationError(f"LogtoConfig has no setting `{name}`.", hint=hint, code="configuration.unknown")
    for camel, snake in _SNAKE.items():
        if camel in settings and snake in settings:
            raise ConfigurationError(f"`{camel}` and `{snake}` are one setting.", hint="Give it once.")


def _explained(error: ValidationError) -> ConfigurationError:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    name = _SNAKE.get(str(first["loc"][0]), str(first["loc"][0])) if first["loc"] else "LogtoConfig"
    where = f"It is {WHERE[name]}." if name in WHERE else ""
    if first["type"] == "missing":
        both = "`appId` (or `app_id`)" if name == "app_id" else f"`{name}`"
        return ConfigurationError(f"LogtoConfig needs {both}.", hint=where, code="configuration.missing")
    reason = first["msg"].removeprefix("Value error, ")
    return ConfigurationError(
        f"LogtoConfig's `{name}` is not usable: {reason}.", hint=where, code="configuration.invalid"
    )
