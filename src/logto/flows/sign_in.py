"""Signing in: where to send the browser, and what to do when it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from ..errors import (
    AuthorizationDeniedError,
    ConfigurationError,
    LogtoException,
    SignInSessionNotFoundError,
    StorageError,
    TokenRequestError,
    UnexpectedResponseError,
)
from ..models.metadata import OidcProviderMetadata
from ..models.scopes import FirstScreen, Identifier, InteractionMode, Prompt
from ..models.session import MAX_SIGN_INS, SIGN_IN_LIFETIME, Identity, SignInAttempt
from ..models.token import TokenResponse
from ..protocol.authorization import (
    Callback,
    CheckedCallback,
    authorization_url,
    check_callback,
    check_redirect_uri,
    read_callback,
    same_state,
    state_mismatch,
)
from ..protocol.base64url import encode_base64url
from ..protocol.http import Flow
from ..protocol.id_token import VerifiedIdToken, verify_id_token
from ..protocol.interaction import Interaction
from ..protocol.pkce import SEED_BYTES, SignInSecrets, derive_secrets
from ..protocol.return_to import is_local_path
from ..protocol.token import code_request, read_token_response
from ..sessions.recent import Ended
from . import provider
from .context import Context
from .token_cache import cached_token


def sign_in(
    context: Context,
    redirect_uri: str,
    *,
    first_screen: FirstScreen | None = None,
    identifiers: Sequence[Identifier] = (),
    direct_sign_in: str | None = None,
    login_hint: str | None = None,
    ui_locales: str | None = None,
    prompt: Prompt | str | Sequence[Prompt] | None = None,
    max_age: int | None = None,
    interaction_mode: InteractionMode | None = None,
    post_redirect_uri: str | None = None,
    extra_params: Mapping[str, str] | None = None,
) -> Flow[str]:
    """Begins a sign-in and returns the URL to send the browser to.

    Each call is an attempt of its own, and several may be under way in one session: two tabs both finish. Nobody is
    signed out by beginning; whoever is signed in is replaced when the callback succeeds.

    Args:
        redirect_uri: The absolute URL of your callback route, exactly as registered with the application in Logto.
        first_screen: The page to show first, such as `register`.
        identifiers: What the user may be recognised by, on an `identifier:…` first screen.
        direct_sign_in: `social:<target>` or `sso:<connector id>`, to go straight there.
        login_hint: What to put into the identifier field.
        ui_locales: The page's language, best first, separated by spaces.
        prompt: One or several of `consent`, `login`, or `none`; the configuration's if not given.
        max_age: Seconds since the user last signed in actively; an older sign-in is asked for again.
        interaction_mode: `signUp` is the former way to say `first_screen="register"`.
        post_redirect_uri: Where the browser shall go after the callback: a local path, or a URL of the redirect URI's
            own origin. `handle_sign_in_callback` returns it.
        extra_params: Sent along as they are; a parameter of the protocol is refused.

    Returns:
        The authorization URL.

    Raises:
        ConfigurationError: An argument is not usable; nothing was sent.
        TransportError: The server could not be asked where its sign-in page is.
        UnexpectedResponseError: What answered at `endpoint` is not this Logto.
    """
    check_redirect_uri(redirect_uri)
    _check_post_redirect_uri(post_redirect_uri, redirect_uri)
    interaction = Interaction(
        first_screen=first_screen,
        identifiers=identifiers,
        direct_sign_in=direct_sign_in,
        login_hint=login_hint,
        ui_locales=ui_locales,
        interaction_mode=interaction_mode,
        prompt=prompt,
        max_age=max_age,
        extra_params=extra_params,
    ).parameters(context.config.prompt)

    found = yield from provider.metadata(context)
    attempt = SignInAttempt(
        seed=encode_base64url(context.random(SEED_BYTES)),
        redirect_uri=redirect_uri,
        started_at=int(context.now()),
        post_redirect_uri=post_redirect_uri,
        max_age=max_age,
    )
    secrets = _secrets(context, attempt)
    yield from context.session.save_sign_ins((*_under_way(context), attempt)[-MAX_SIGN_INS:])
    return authorization_url(
        found.authorization_endpoint,
        client_id=context.config.app_id,
        redirect_uri=redirect_uri,
        scopes=context.config.requested_scopes,
        resources=context.config.requested_resources,
        state=secrets.state,
        nonce=secrets.nonce,
        code_challenge=secrets.code_challenge,
        interaction=interaction,
    )


def handle_sign_in_callback(context: Context, callback_uri: str) -> Flow[str | None]:
    """Finishes a sign-in: checks the callback, exchanges the code, verifies the ID token, stores who it is.

    A callback that does not fit leaves the session and the sign-ins under way as they are. One that fits is used once,
    whatever comes of it. Calling twice at the same time (a double click) exchanges the code once and succeeds twice.

    Args:
        callback_uri: The whole URL of the request, with its query.

    Returns:
        The `post_redirect_uri` that the sign-in was begun with, or None.

    Raises:
        SignInSessionNotFoundError: This session has no sign-in under way.
        SignInSessionInvalidError: The callback does not fit any sign-in of this session.
        AuthorizationDeniedError: The user or the server said no.
        TokenRequestError: The server refused the code.
        TokenError: The ID token is not good.
        UnexpectedResponseError: The server made no sense.
        TransportError: No answer came.
        StorageError: The session's storage failed.
    """
    callback = read_callback(callback_uri)
    attempt, secrets = _attempt_of(context, callback)
    yield context.to_the_end(_complete(context, callback, attempt, secrets))
    return attempt.post_redirect_uri


def _complete(context: Context, callback: Callback, attempt: SignInAttempt, secrets: SignInSecrets) -> Flow[None]:
    turn = yield context.turns.take(f"sign-in {secrets.state}")
    try:
        outcome = context.recent.get(_answer_name(attempt, callback), context.now())
        if isinstance(outcome, Identity):
            # A double click: what the first one got may have been refreshed since, or signed out.
            outcome = context.recent.latest(outcome, context.now())
        if isinstance(outcome, Ended) or (outcome is None and context.recent.get(attempt.seed, context.now())):
            raise _used()
        identity = outcome or (yield from _exchange(context, callback, attempt, secrets))
        yield from _forget(context, attempt)
        yield from context.session.sign_in(identity)
    finally:
        turn.release()


def _exchange(context: Context, callback: Callback, attempt: SignInAttempt, secrets: SignInSecrets) -> Flow[Identity]:
    found = yield from provider.metadata(context)
    try:
        checked = check_callback(
            callback,
            state=secrets.state,
            code_verifier=secrets.code_verifier,
            redirect_uri=attempt.redirect_uri,
            issuer=context.config.expected_issuer,
            iss_promised=found.authorization_response_iss_parameter_supported,
        )
    except AuthorizationDeniedError:
        yield from _give_up(context, attempt)
        raise
    try:
        identity = yield from _identity(context, checked, attempt, secrets, found)
    except LogtoException:
        # The code may be spent whatever the answer was.
        yield from _give_up(context, attempt)
        raise
    # Whoever repeats the callback must bring its code as well: state and cookie alone may be an attacker's own, planted in
    # the browser of the user who signed in.
    context.recent.put(_answer_name(attempt, callback), identity, context.now())
    context.recent.put(attempt.seed, Ended(), context.now())
    return identity


def _identity(
    context: Context,
    checked: CheckedCallback,
    attempt: SignInAttempt,
    secrets: SignInSecrets,
    found: OidcProviderMetadata,
) -> Flow[Identity]:
    tokens = yield from _tokens(context, checked, found)
    if tokens.id_token is None:
        raise UnexpectedResponseError(
            "The token response has no ID token.",
            url=found.token_endpoint,
            status=200,
            code="token_response.id_token_missing",
            hint="The server does not speak OpenID Connect, or dropped the scope `openid`.",
        )
    id_token = tokens.id_token
    verified: VerifiedIdToken = yield from provider.verified(
        context,
        lambda keys, algorithms: verify_id_token(
            id_token,
            keys,
            issuer=context.config.expected_issuer,
            client_id=context.config.app_id,
            now=context.now(),
            clock_tolerance=context.config.clock_tolerance,
            algorithms=algorithms,
            nonce=secrets.nonce,
            max_age=attempt.max_age,
            access_token=tokens.access_token,
        ),
    )
    return Identity(
        id_token=verified.raw,
        refresh_token=tokens.refresh_token,
        access_tokens={"": cached_token(tokens, context.now())},
    )


def _tokens(context: Context, checked: CheckedCallback, found: OidcProviderMetadata) -> Flow[TokenResponse]:
    request = code_request(checked, config=context.config, metadata=found)
    response = yield request
    try:
        return read_token_response(request, response)
    except TokenRequestError as error:
        if error.error == "invalid_grant":
            # Logto's answer is the same for every cause (LOGTO.md 3.5).
            error.hint = (
                "The code had expired (Logto's live 60 seconds), was used before, or belongs to another application or "
                "redirect URI. Send the user to the sign-in route again."
            )
        raise


def _answer_name(attempt: SignInAttempt, callback: Callback) -> str:
    return f"{attempt.seed} {callback.code}"


def _give_up(context: Context, attempt: SignInAttempt) -> Flow[None]:
    context.recent.put(attempt.seed, Ended(), context.now())
    yield from _forget(context, attempt)


def _forget(context: Context, attempt: SignInAttempt) -> Flow[None]:
    before = context.session.sign_ins()
    after = tuple(other for other in before if other.seed != attempt.seed)
    if after != before:
        yield from context.session.save_sign_ins(after)


def _attempt_of(context: Context, callback: Callback) -> tuple[SignInAttempt, SignInSecrets]:
    attempts = _under_way(context)
    for attempt in attempts:
        try:
            secrets = _secrets(context, attempt)
        except ValueError:
            continue  # what the storage returned is none of ours
        if same_state(callback, secrets.state):
            return attempt, secrets
    if attempts:
        raise state_mismatch()
    raise _nothing_under_way(context)


def _used() -> SignInSessionNotFoundError:
    return SignInSessionNotFoundError(
        "This sign-in is over: its callback came before.",
        code="sign_in_session.already_used",
        hint="Send the user to the sign-in route again.",
    )


def _nothing_under_way(context: Context) -> SignInSessionNotFoundError:
    try:
        signed_in = context.session.identity() is not None
    except StorageError:
        signed_in = False
    if signed_in:
        return SignInSessionNotFoundError(
            "This callback belongs to no sign-in under way, and somebody is signed in.",
            code="sign_in_session.already_used",
            hint="It was probably handled before: a page reloaded, or the back button. The session is untouched; "
            "send the browser to your home page.",
        )
    return SignInSessionNotFoundError(
        "This session has no sign-in under way.",
        hint="The session was lost between the sign-in route and the callback: is it the same host (`localhost` and "
        "`127.0.0.1` differ), are cookies allowed, and do all workers share the storage and its secret key?",
    )


def _under_way(context: Context) -> tuple[SignInAttempt, ...]:
    now = context.now()
    return tuple(attempt for attempt in context.session.sign_ins() if abs(now - attempt.started_at) <= SIGN_IN_LIFETIME)


def _secrets(context: Context, attempt: SignInAttempt) -> SignInSecrets:
    return derive_secrets(
        attempt.seed,
        issuer=context.config.expected_issuer,
        client_id=context.config.app_id,
        redirect_uri=attempt.redirect_uri,
    )


def _check_post_redirect_uri(post_redirect_uri: str | None, redirect_uri: str) -> None:
    if post_redirect_uri is None or is_local_path(post_redirect_uri):
        return
    ours = urlsplit(redirect_uri)
    origin = f"{ours.scheme}://{ours.netloc}"
    if not post_redirect_uri.startswith(origin) or not is_local_path(post_redirect_uri.removeprefix(origin) or "/"):
        raise ConfigurationError(
            "`post_redirect_uri` leads away from the application.",
            hint="Give a path such as /profile, or a URL of the redirect URI's own origin: an open redirect would send "
            "users who just signed in to anybody's page.",
            code="configuration.post_redirect_uri",
        )
