"""The checks of an authorization request, one a function, in the order in which they run (LOGTO.md 3.5, 3.6)."""

from collections.abc import Callable
from urllib.parse import urlsplit

from sqlalchemy import Connection

from logto.server import scopes, tokens
from logto.server.client_authentication import unknown_client
from logto.server.errors import OidcError, invalid_request, invalid_target, missing_parameter
from logto.server.redirects import registered
from logto.server.store import applications
from logto.server.world import World

from .draft import Draft

RESPONSE_MODES = ("query", "fragment", "form_post")
ADVERTISED_TYPES = ("code id_token", "code", "id_token", "none")
MAX_AGE_DIGITS = 10
CHALLENGE_LENGTHS = range(43, 129)

Check = Callable[[Draft, World, Connection], None]


def run(draft: Draft, world: World, db: Connection) -> None:
    """Run every check.

    Raises: OidcError, to be redirected if `draft.redirect_uri` is set by then, else to be shown.
    """
    for check in CHECKS:
        check(draft, world, db)


def no_duplicates(draft: Draft, world: World, db: Connection) -> None:
    """Refuse a parameter that is there twice."""
    draft.params.refuse_duplicates()


def client(draft: Draft, world: World, db: Connection) -> None:
    """Find the application; machines sign nobody in, and a device's people sign in elsewhere."""
    client_id = draft.params.get("client_id")
    if client_id is None:
        raise missing_parameter("client_id")
    draft.found_application = applications.find(db, client_id)
    if draft.found_application is None:
        raise unknown_client(client_id)
    if "authorization_code" not in draft.application.grant_types:
        raise invalid_request("requested grant type is not allowed for this client")


def redirect_uri(draft: Draft, world: World, db: Connection) -> None:
    """Demand a registered redirect URI; only from here on may anything be sent there."""
    uri = draft.params.get("redirect_uri")
    if uri is None:
        raise missing_parameter("redirect_uri")
    native = draft.application.type == "Native"
    found = registered(uri, draft.application.redirect_uris, native=native)
    if found is None:
        raise OidcError(
            "invalid_redirect_uri", "redirect_uri did not match any of the client's registered redirect_uris"
        )
    mode = draft.params.get("response_mode")
    words = (draft.params.get("response_type") or "").split()
    # Errors of a response type that would have carried a token come in the fragment.
    draft.response_mode = "fragment" if {"token", "id_token"} & set(words) else "query"
    # A form can be posted to http(s) only, and never to a native application's own scheme.
    postable = mode != "form_post" or found.startswith(("http://", "https://"))
    if mode in RESPONSE_MODES and postable and not (mode == "query" and draft.response_mode == "fragment"):
        draft.response_mode = mode
    draft.redirect_uri = found


def response_mode(draft: Draft, world: World, db: Connection) -> None:
    """Refuse a response mode that does not exist."""
    mode = draft.params.get("response_mode")
    if mode is not None and mode not in RESPONSE_MODES:
        raise OidcError("unsupported_response_mode", "unsupported response_mode requested")


def no_request_object(draft: Draft, world: World, db: Connection) -> None:
    """Refuse JAR; a pushed request has been replaced by its parameters before."""
    if draft.params.get("request") is not None or draft.params.get("request_uri") is not None:
        raise OidcError("request_not_supported")


def response_type(draft: Draft, world: World, db: Connection) -> None:
    """Demand `code`: the others are advertised, but no application may use them."""
    asked = draft.params.get("response_type")
    if asked is None:
        raise missing_parameter("response_type")
    asked = " ".join(sorted(asked.split()))
    if asked not in ADVERTISED_TYPES:
        raise OidcError("unsupported_response_type", "unsupported response_type requested")
    if asked != "code":
        raise OidcError("unauthorized_client", "requested response_type is not allowed for this client")


def prompt(draft: Draft, world: World, db: Connection) -> None:
    """Accept login and consent in any combination, and none alone."""
    draft.prompts = frozenset((draft.params.get("prompt") or "").split())
    if draft.prompts - {"none", "login", "consent"}:
        raise invalid_request("unsupported prompt value requested")
    if "none" in draft.prompts and len(draft.prompts) > 1:
        raise invalid_request("prompt none must only be used alone")


def resource(draft: Draft, world: World, db: Connection) -> None:
    """Demand resources that exist, as URIs without a fragment (RFC 8707 2); commas separate them too."""
    named = [part for value in draft.params.all("resource") for part in value.split(",") if part]
    draft.resources = list(dict.fromkeys(named))
    for indicator in draft.resources:
        if not is_absolute_uri(indicator) or not scopes.exists(db, indicator):
            raise invalid_target()


def scope(draft: Draft, world: World, db: Connection) -> None:
    """Keep the scopes that mean something; a third-party application must not ask for others."""
    requested = (draft.params.get("scope") or "").split()
    if draft.application.is_third_party:
        allowed = scopes.consentable(draft.application, None).union(
            *(scopes.consentable(draft.application, indicator) for indicator in draft.resources)
        )
        for name in requested:
            if name not in allowed:
                raise OidcError("invalid_scope", "requested scope is not allowed", extra={"scope": name})
    # Offline access is for those who ask with prompt=consent, or whose application always gets it (LOGTO.md 3.4).
    if "consent" not in draft.prompts and not draft.application.always_refreshes:
        requested = [name for name in requested if name != scopes.OFFLINE_ACCESS]
    draft.scopes = scopes.known(db, requested, draft.resources)


def max_age(draft: Draft, world: World, db: Connection) -> None:
    """Read max_age, in seconds."""
    value = draft.params.get("max_age")
    if value is None:
        return
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_AGE_DIGITS):
        raise invalid_request("invalid max_age parameter value")
    draft.max_age = int(value)


def pkce(draft: Draft, world: World, db: Connection) -> None:
    """Demand S256; only an application with a secret may go without PKCE."""
    challenge, method = draft.params.get("code_challenge"), draft.params.get("code_challenge_method")
    if challenge is None and method is not None:
        raise invalid_request("code_challenge must be provided with code_challenge_method")
    if challenge is None:
        if draft.application.is_public:
            raise invalid_request("Authorization Server policy requires PKCE to be used for this request")
        return
    if method != "S256":
        raise invalid_request("not supported value of code_challenge_method")
    if not is_verifier_text(challenge):
        raise invalid_request("code_challenge must be a string with a minimum length of 43 characters")


def id_token_hint(draft: Draft, world: World, db: Connection) -> None:
    """Read whom the application expects, from an ID token of ours, expired or not."""
    hint = draft.params.get("id_token_hint")
    if hint is None:
        return
    claims = tokens.read_own(world.keys, hint)
    if claims is None or claims.get("iss") != world.issuer or not isinstance(claims.get("sub"), str):
        raise invalid_request("could not validate id_token_hint")
    draft.hinted_user = claims["sub"]


CHECKS: tuple[Check, ...] = (
    no_duplicates,
    client,
    redirect_uri,
    response_mode,
    no_request_object,
    response_type,
    prompt,
    resource,
    scope,
    max_age,
    pkce,
    id_token_hint,
)


def is_absolute_uri(text: str) -> bool:
    """Tell whether a text is a URI with a scheme and without a fragment."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and "#" not in text and " " not in text


def is_verifier_text(text: str) -> bool:
    """Tell whether a text may be a verifier or challenge (RFC 7636 4.1, 4.2)."""
    return len(text) in CHALLENGE_LENGTHS and text.isascii() and all(c.isalnum() or c in "-._~" for c in text)
