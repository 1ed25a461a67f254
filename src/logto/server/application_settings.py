"""The settings of an application that a seed file, a test or the Console may change, by the Management API's names."""

from collections.abc import Mapping
from typing import Any

from .seed_checks import (
    Fields,
    SeedError,
    an_object,
    is_days,
    is_flag,
    is_number,
    is_object,
    is_seconds,
    is_text,
    is_texts,
    is_web_url,
    is_window,
    member,
    name_of,
    only_known,
)

OIDC: Fields = {
    "redirectUris": (is_texts, None),
    "postLogoutRedirectUris": (is_texts, None),
    "backchannelLogoutUri": (is_web_url, None),
    "backchannelLogoutSessionRequired": (is_flag, None),
    "logoUri": (is_text, None),
}
CUSTOM: Fields = {
    "corsAllowedOrigins": (is_texts, None),
    "idTokenTtl": (is_seconds, None),
    "refreshTokenTtl": (is_seconds, None),
    "refreshTokenTtlInDays": (is_days, None),
    "rotateRefreshToken": (is_flag, None),
    "alwaysIssueRefreshToken": (is_flag, None),
    "allowTokenExchange": (is_flag, None),
    "isDeviceFlow": (is_flag, None),
    "maxAllowedGrants": (is_number, None),
    "tenantId": (is_text, None),
    "localLogto": (is_object, None),
}
# What the real server cannot be told: for tests only, in a member of its own.
LOCAL: Fields = {
    "accessTokenTtl": (is_seconds, None),
    "alwaysRotateRefreshToken": (is_flag, None),
    "refreshReuseWindow": (is_window, None),
}


def oidc_metadata(path: str, given: Any) -> dict[str, Any]:
    """Return a checked `oidcClientMetadata`.

    Raises: SeedError naming the place below `path`.
    """
    checked = _present(path, given, OIDC)
    for name in ("redirectUris", "postLogoutRedirectUris"):
        for index, uri in enumerate(checked.get(name, ())):
            if ":" not in uri or "#" in uri:
                raise SeedError(f"{path}.{name}[{index}]: an absolute URI without # is expected, not {name_of(uri)}")
    return checked


def custom_metadata(path: str, given: Any) -> dict[str, Any]:
    """Return a checked `customClientMetadata`, with what is local Logto's own in `localLogto`.

    Raises: SeedError naming the place below `path`.
    """
    checked = _present(path, given, CUSTOM)
    if "localLogto" in checked:
        checked["localLogto"] = _present(f"{path}.localLogto", checked["localLogto"], LOCAL)
    return checked


def changed(
    oidc: Mapping[str, Any], custom: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both kinds of metadata with some settings replaced; None takes one back to its default.

    Raises: SeedError for a setting that does not exist, or a value that it cannot have.
    """
    only_known("", settings, [name for name in (*OIDC, *CUSTOM, *LOCAL) if name != "localLogto"])
    local = _replaced(custom.get("localLogto", {}), settings, LOCAL)
    return (
        oidc_metadata("oidcClientMetadata", _replaced(oidc, settings, OIDC)),
        custom_metadata("customClientMetadata", {**_replaced(custom, settings, CUSTOM), "localLogto": local}),
    )


def _replaced(before: Mapping[str, Any], settings: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    after = {**before, **{name: value for name, value in settings.items() if name in fields}}
    return {name: value for name, value in after.items() if value is not None}


def _present(path: str, given: Any, fields: Fields) -> dict[str, Any]:
    members = an_object(path, given)
    only_known(f"{path}.", members, fields)
    return {name: member(path, members, name, *fields[name]) for name, value in members.items() if value is not None}
