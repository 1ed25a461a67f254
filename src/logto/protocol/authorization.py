"""The authorization request out, the callback back in (OpenID Connect Core 3.1.2; RFC 9207; RFC 9700)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from ..errors import AuthorizationDeniedError, ConfigurationError, SignInSessionInvalidError
from .answer import printable
from .http import is_text

MAX_CALLBACK = 16 * 1024
"""Characters of the longest callback URL that is read."""

_READ = ("state", "code", "iss", "error", "error_description")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ASCII = "".join(chr(code) for code in range(0x21, 0x7F))
_PROOF = object()


def authorization_url(
    endpoint: str,
    *,
    client_id: str,
    redirect_uri: str,
    scopes: Iterable[str],
    resources: Iterable[str],
    state: str,
    nonce: str,
    code_challenge: str,
    interaction: Iterable[tuple[str, str]],
) -> str:
    """The URL that begins a sign-in. PKCE is always S256: a plain challenge would let a code be stolen (RFC 9700, 2.1.1)."""
    return with_query(
        endpoint,
        [
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("response_type", "code"),
            ("scope", " ".join(scopes)),
            *(("resource", resource) for resource in resources),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", code_challenge),
            ("code_challenge_method", "S256"),
            *interaction,
        ],
    )


@dataclass(frozen=True, slots=True)
class Callback:
    """What a callback URL says, read but not yet believed."""

    uri: str = field(repr=False)
    state: str = field(repr=False)
    code: str | None = field(repr=False)
    iss: str | None
    error: str | None
    error_description: str


@dataclass(frozen=True, slots=True)
class CheckedCallback:
    """A callback that fits the sign-in it answers. Only `check_callback` makes one, and only it can be exchanged."""

    code: str = field(repr=False)
    redirect_uri: str
    code_verifier: str = field(repr=False)
    _: KW_ONLY
    proof: object = field(repr=False)

    def __post_init__(self) -> None:
        if self.proof is not _PROOF:
            raise TypeError("a CheckedCallback comes from check_callback() only")


def read_callback(uri: str) -> Callback:
    """Takes a callback URL apart. Tokens in it, which some flows put there, are not looked at.

    Raises:
        SignInSessionInvalidError: It is no URL, too long, or says something twice (RFC 6749, 3.1).
    """
    if not isinstance(uri, str):
        raise ConfigurationError(
            f"The callback URL is text, not {type(uri).__name__}.",
            hint="Pass the whole URL of the request: Flask's `request.url`, Starlette's `str(request.url)`.",
            code="configuration.callback_uri",
        )
    if len(uri) > MAX_CALLBACK:
        raise _unfit("The callback URL is too long.", code="callback.malformed")
    if not is_text(uri) or any(character < " " or character == "\x7f" for character in uri):
        raise _unfit("The callback URL is malformed.", code="callback.malformed")
    try:
        query = parse_qsl(
            urlsplit(uri).query, keep_blank_values=True, errors="strict", max_num_fields=100, separator="&"
        )
    except ValueError:
        raise _unfit("The callback URL is malformed.", code="callback.malformed") from None
    found: dict[str, str] = {}
    for name, value in query:
        if name in found and name in _READ:
            raise _unfit(f"The callback URL holds `{name}` twice.", code="callback.parameter_doubled")
        found[name] = value
    state = found.get("state", "")
    if not state:
        raise _unfit(
            "The callback URL has no `state`.",
            code="callback.state_missing",
            hint="It was not made by a sign-in of this application. Pass the whole URL of the request, with its query.",
        )
    return Callback(
        uri=uri,
        state=state,
        code=found.get("code"),
        iss=found.get("iss"),
        error=found.get("error"),
        error_description=printable(found.get("error_description"), ()),
    )


def same_state(callback: Callback, state: str) -> bool:
    """Whether the callback belongs to a sign-in, told in constant time."""
    return hmac.compare_digest(callback.state.encode(), state.encode())


def check_callback(
    callback: Callback,
    *,
    state: str,
    code_verifier: str,
    redirect_uri: str,
    issuer: str,
    iss_promised: bool,
) -> CheckedCallback:
    """Holds a callback against the sign-in it claims to answer.

    Args:
        callback: What `read_callback` returned.
        state: The sign-in's.
        code_verifier: The sign-in's.
        redirect_uri: The sign-in's; scheme, host, port and path must be the callback's.
        issuer: Who the sign-in went to.
        iss_promised: Whether the provider says that it always names itself in callbacks (RFC 9207, 2.3).

    Raises:
        SignInSessionInvalidError: It does not fit.
        AuthorizationDeniedError: It fits, and brings an error.
    """
    if not same_state(callback, state):
        raise state_mismatch()
    _check_place(callback.uri, redirect_uri)
    if callback.iss is None and iss_promised:
        raise _unfit(
            "The callback URL lacks `iss`, which the provider promises.",
            code="callback.iss_missing",
            expected=issuer,
            hint="Something between the provider and this application removed it, or another provider answered.",
        )
    if callback.iss is not None and callback.iss != issuer:
        raise _unfit(
            "The callback comes from another issuer than the sign-in went to.",
            code="callback.iss_mismatch",
            expected=issuer,
            actual=printable(callback.iss, ()),
        )
    if callback.error is not None:
        raise _denied(callback)
    if not callback.code:
        raise _unfit("The callback URL has no `code`.", code="callback.code_missing")
    return CheckedCallback(callback.code, redirect_uri, code_verifier, proof=_PROOF)


def check_redirect_uri(redirect_uri: str, name: str = "redirect_uri") -> None:
    """Refuses what cannot be a redirect URI (RFC 6749, 3.1.2).

    Args:
        redirect_uri: What somebody gave.
        name: The argument it was given as.

    Raises:
        ConfigurationError: It is not absolute, has a fragment, or a scheme that executes.
    """
    try:
        parts = urlsplit(redirect_uri)
        # A private-use scheme holds a dot (RFC 8252, 7.1), which keeps `javascript:` and `data:` out.
        usable = (bool(parts.hostname) and parts.scheme in _DEFAULT_PORTS) or "." in parts.scheme
        usable = (
            usable and "#" not in redirect_uri and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
        )
    except (ValueError, TypeError, AttributeError):
        usable = False
    if not usable or not redirect_uri.isprintable() or " " in redirect_uri:
        raise ConfigurationError(
            f"`{name}` is not usable.",
            hint="Give the absolute URL of a route of yours, such as http://localhost:3000/callback, exactly as it is "
            "registered with the application in Logto's Console.",
            code=f"configuration.{name}",
        )


def state_mismatch() -> SignInSessionInvalidError:
    """The error for a `state` that no sign-in of this browser has."""
    return _unfit(
        "The callback's `state` belongs to no sign-in of this browser.",
        code="sign_in_session.state_mismatch",
        hint="The sign-in was begun in another browser, more than an hour ago, or with another configuration. "
        "Send the user to the sign-in route again.",
    )


def with_query(url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """A URL with parameters added to whatever query it has."""
    base, separator, query = url.partition("?")
    added = urlencode(list(parameters))
    return f"{base}?{query}&{added}" if separator and query else f"{base}?{added}"


def _check_place(callback_uri: str, redirect_uri: str) -> None:
    expected, actual = urlsplit(redirect_uri), urlsplit(callback_uri)
    try:
        same = _place(expected) == _place(actual)
    except ValueError:
        same = False
    # A query of the redirect URI's own must come back as it went (RFC 6749, 3.1.2).
    same = same and set(parse_qsl(expected.query)) <= set(parse_qsl(actual.query))
    if not same:
        raise _unfit(
            "The callback URL is not the redirect URI of the sign-in.",
            code="callback.redirect_uri_mismatch",
            expected=redirect_uri.partition("?")[0],
            actual=printable(callback_uri.partition("?")[0], ()),
            hint="Scheme, host, port and path must be the same. Behind a proxy the application must be told its public "
            "address (Flask: werkzeug's ProxyFix; uvicorn: --proxy-headers); `localhost` and `127.0.0.1` differ.",
        )


def _place(parts: SplitResult) -> tuple[str, str, int | None, str]:
    if "@" in parts.netloc:
        raise ValueError("user information")
    # Frameworks show other letters than ASCII decoded, where the redirect URI may have them percent-encoded.
    path = quote(parts.path or "/", safe=_ASCII)
    return parts.scheme, (parts.hostname or ""), parts.port or _DEFAULT_PORTS.get(parts.scheme), path


def _denied(callback: Callback) -> AuthorizationDeniedError:
    error = printable(callback.error, ())
    hints = {
        "access_denied": "The user declined, or may not use this application.",
        "login_required": "Nobody is signed in at Logto: sign in without `prompt=none`.",
        "consent_required": "The user must pass through Logto once more: sign in without `prompt=none`.",
        "invalid_target": "An entry of `resources` is no API identifier known to Logto: compare it with the Console.",
        "invalid_scope": "An entry of `scopes` is not enabled for this application in Logto's Console.",
    }
    said = f"Sign-in was refused: {error}" + (
        f" ({callback.error_description})." if callback.error_description else "."
    )
    return AuthorizationDeniedError(
        said, error=error, error_description=callback.error_description, hint=hints.get(error, "")
    )


def _unfit(
    message: str, *, code: str, hint: str = "", expected: str | None = None, actual: str | None = None
) -> SignInSessionInvalidError:
    return SignInSessionInvalidError(message, code=code, hint=hint, expected=expected, actual=actual)
