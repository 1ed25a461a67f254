"""The sign-in routes of an application, and what happens around each of its pages."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, urlsplit

from ..errors import (
    ConfigurationError,
    ForbiddenError,
    LogtoException,
    NotAuthenticatedError,
    StorageError,
    TransportError,
    UnexpectedResponseError,
)
from ..models.metadata import OidcProviderMetadata
from ..models.pages import PageAnswer, PageRequest, PageSettings
from ..models.user import NOBODY, LogtoUser
from ..protocol.http import Flow
from ..protocol.return_to import is_local_path
from ..sessions.record_session import RecordSession
from . import browser_session, provider
from .browser_session import SessionsContext
from .context import Context
from .sign_in import handle_sign_in_callback, sign_in
from .sign_out import sign_out
from .tokens import renew_claims

logger = logging.getLogger("logto")

NO_STORE = {"Cache-Control": "no-store", "Vary": "Cookie"}
"""On each answer that has to do with a session (SECURITY.md, Sessions 7)."""

RENEWAL_TIMEOUT = 3.0
"""Seconds that a page waits for Logto to confirm a session; one that is not confirmed is believed."""

RENEWAL_PAUSE = 60.0
"""Seconds for which no page waits again after Logto did not answer."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(slots=True)
class Renewal:
    """Whether Logto is asked to confirm sessions: not while it is down, or every page would wait for it."""

    failed_at: float = -RENEWAL_PAUSE


@dataclass(frozen=True, slots=True)
class PagesContext:
    """What these conversations may touch.

    Args:
        sessions: Where browsers' sessions live, and whose users they are.
        settings: Where the routes are, and what they do.
        renewal: Shared by all requests.
    """

    sessions: SessionsContext
    settings: PageSettings
    renewal: Renewal = field(default_factory=Renewal)

    @property
    def client(self) -> Context:
        """What a client's conversations may touch."""
        return self.sessions.client

    def user_in(self, session: RecordSession) -> LogtoUser:
        """Whoever is signed in in a session; nobody, on any doubt."""
        id_token = session.id_token()
        if id_token is None:
            return NOBODY
        seen: tuple[str, LogtoUser] | None = session.seen
        if seen is not None and seen[0] is id_token:  # a page looks more than once
            return seen[1]
        try:
            claims = self.sessions.client.claims_in(session)
        except LogtoException as error:
            logger.warning("a session that cannot be read counts as signed out: %s", error.code)
            return NOBODY
        user = NOBODY if claims is None else LogtoUser(claims)
        session.seen = (id_token, user)
        return user


def open_page(context: PagesContext, cookies: Mapping[str, str], url: str) -> Flow[RecordSession]:
    """The session that a request's cookies name, confirmed at Logto where its ID token is over.

    Args:
        cookies: The request's.
        url: The request's URL, as the browser sees it as far as the framework knows.

    Raises:
        StorageError: The store cannot be asked, and the application did not choose to take that for signed out.
    """
    session = yield from browser_session.open_session(context.sessions, cookies, context.settings.redirect_uri or url)
    # What is true of nearly every page is found out without a conversation of its own.
    if context.settings.renew_claims and (user := context.user_in(session)):
        now = context.client.now()
        if now >= user.claims.exp:
            yield from _renew_claims(context, session, now)
    return session


def close_page(_context: PagesContext, session: RecordSession) -> Flow[tuple[str, ...]]:
    """Ends a request: the values of the `Set-Cookie` headers that its answer must carry, often none.

    An answer that carries one must not be cached: give it `Cache-Control: no-store` and `Vary: Cookie`.

    Args:
        session: What `open` returned.

    Raises:
        StorageError: The session is too large for cookies.
    """
    return (yield from session.finish())


def begin_sign_in(
    context: PagesContext, session: RecordSession, request: PageRequest, *, sign_up: bool = False
) -> Flow[PageAnswer]:
    """The sign-in route: sends the browser to Logto, and back to the local path in `next` afterwards.

    Args:
        session: The browser's.
        request: What it asked for.
        sign_up: Whether to show the page for new users first.

    Raises:
        LogtoException: As `sign_in`; or the application's own address is not known.
    """
    settings = context.settings
    if request.method == "HEAD":
        return _not_allowed("GET")
    options = dict(settings.sign_in_options)
    if sign_up:
        options["first_screen"] = "register"
    url = yield from sign_in(
        context.client.with_session(session),
        redirect_uri(settings, request),
        post_redirect_uri=return_to(request.query),
        **options,
    )
    return redirect(url)


def finish_sign_in(context: PagesContext, session: RecordSession, request: PageRequest) -> Flow[PageAnswer]:
    """The callback route: finishes the sign-in, and sends the browser to where it was going.

    Args:
        session: The browser's.
        request: What Logto sent it back with.

    Raises:
        LogtoException: As `handle_sign_in_callback`; or the application's own address is not known.
    """
    settings = context.settings
    if request.method == "HEAD":
        return _not_allowed("GET")
    # A query of the redirect URI's own comes back with the answer's parameters (RFC 6749, 3.1.2).
    callback = f"{redirect_uri(settings, request).partition('?')[0]}?{request.query}"
    target = yield from handle_sign_in_callback(context.client.with_session(session), callback)
    return redirect(target or settings.after_sign_in)


def finish_sign_out(context: PagesContext, session: RecordSession, request: PageRequest) -> Flow[PageAnswer]:
    """The sign-out route: ends the session here, then sends the browser to Logto to end it there.

    Args:
        session: The browser's.
        request: A POST of one of the application's own pages; a GET only where the settings allow it.

    Raises:
        ForbiddenError: Another site's page sent it.
        StorageError: The session could not be removed.
        ConfigurationError: The application's own address is not known.
    """
    settings = context.settings
    allowed = ("POST", "GET") if settings.allow_sign_out_by_get else ("POST",)
    if request.method not in allowed:
        return _not_allowed(*allowed)
    if is_prefetch(request):
        return PageAnswer(503, {**NO_STORE, "Retry-After": "0"})  # a browser that guesses must not sign anybody out
    own = base_url(settings, request)
    check_same_origin(request, own)
    try:
        url = yield from sign_out(
            context.client.with_session(session),
            settings.post_logout_redirect_uri or own + settings.after_sign_out,
        )
    except (TransportError, UnexpectedResponseError) as error:
        logger.warning("signed out here, but not at Logto: %s", error.code)
        url = settings.after_sign_out
    except ConfigurationError as error:
        if error.code != "configuration.no_end_session":
            raise
        url = settings.after_sign_out
    return redirect(url)


def back_channel_logout(context: PagesContext, body: bytes, content_type: str | None) -> Flow[PageAnswer]:
    """The route at which Logto says that a session is over: mount it where no session and no CSRF check is.

    Args:
        body: The request's, as it came; at most 64 kB of it are read.
        content_type: The request's, if it has one.
    """
    headers = {"Cache-Control": "no-store"}
    try:
        yield from browser_session.handle_back_channel_logout(context.sessions, body, content_type)
    except (StorageError, TransportError, UnexpectedResponseError) as error:
        logger.error("a back-channel logout could not be carried out: %s", error)  # noqa: TRY400 - the trace tells nothing more
        return PageAnswer(503, {**headers, "Retry-After": "5"})
    except LogtoException as error:
        logger.warning("a back-channel logout was refused: %s", error)
        return PageAnswer(400, {**headers, "Content-Type": "application/json"}, '{"error": "invalid_request"}')
    return PageAnswer(200, headers)


def metadata(context: PagesContext) -> Flow[OidcProviderMetadata]:
    """What Logto says of itself: whoever gets it knows that the endpoint is right, and that Logto is there.

    Raises:
        TransportError: No answer came.
        UnexpectedResponseError: What answers is no Logto, or another one.
    """
    return (yield from provider.metadata(context.client))


def redirect(url: str) -> PageAnswer:
    """Sends the browser on, with a GET whatever the request was (RFC 9110, 15.4.4)."""
    return PageAnswer(303, {**NO_STORE, "Location": url})


def _not_allowed(*methods: str) -> PageAnswer:
    """Frameworks take a HEAD for a GET, and these routes change something: a code is spent, a session ends."""
    allowed = ", ".join(methods)
    # Without a word, browsers show a page of their own, as if the application were broken.
    headers = {**NO_STORE, "Allow": allowed, "Content-Type": "text/plain; charset=utf-8"}
    return PageAnswer(405, headers, f"This address takes {allowed} only.\n")


def sign_in_location(request: PageRequest) -> str:
    """Where to send a browser that must sign in first: the sign-in route, with the way back in `next`."""
    target = request.target
    if request.method not in ("GET", "HEAD") or not is_local_path(target):
        return request.way_in
    return f"{request.way_in}?next={quote(target, safe='/')}"


def return_to(query: str) -> str | None:
    """The local path in a query's `next`, given once; None where it would lead anywhere else."""
    try:
        values = [value for name, value in parse_qsl(query, max_num_fields=50) if name == "next"]
    except ValueError:
        return None
    return values[0] if len(values) == 1 and is_local_path(values[0]) else None


def redirect_uri(settings: PageSettings, request: PageRequest) -> str:
    """The callback route's absolute URL.

    Raises:
        ConfigurationError: The settings do not tell it, and the request's host is not trusted.
    """
    return settings.redirect_uri or base_url(settings, request) + request.callback_path


def base_url(settings: PageSettings, request: PageRequest) -> str:
    """Scheme and host under which browsers reach the application.

    Anybody can write a `Host` header: one that the settings do not name is believed on this machine only.

    Raises:
        ConfigurationError: The settings do not tell it, and the request's host is not trusted.
    """
    if settings.redirect_uri is not None:
        parts = urlsplit(settings.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"
    parts = urlsplit(request.origin)
    allowed = {host.lower() for host in settings.allowed_hosts}
    known = parts.netloc.lower() in allowed or parts.hostname in _LOOPBACK
    if known and parts.scheme in ("http", "https") and "@" not in parts.netloc:
        return request.origin
    raise ConfigurationError(
        "The request's host is not known to be this application's.",
        code="configuration.host",
        hint="Set LOGTO_REDIRECT_URI to the callback route's URL as registered in Logto, or LOGTO_ALLOWED_HOSTS to the hosts "
        "under which the application is reached.",
    )


def check_same_origin(request: PageRequest, own: str) -> None:
    """Refuses a request that another site's page made.

    One that says nothing of where it comes from is no browser's, or comes without the session's cookie (SameSite=Lax).

    Args:
        request: Which changes something.
        own: Scheme and host of the application.

    Raises:
        ForbiddenError: It comes from elsewhere.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        source = request.headers.get("origin")
        if source is None and (referrer := request.headers.get("referer")):
            source = replace(request, url=referrer).origin
        foreign = source is not None and source not in (own, request.origin)
    if foreign:
        raise ForbiddenError(
            "The request comes from another site.",
            code="forbidden.cross_site",
            hint="Sign-out is a form of the application's own pages. Behind a proxy, set LOGTO_REDIRECT_URI, so that the "
            "application knows its own address.",
        )


def is_prefetch(request: PageRequest) -> bool:
    """Whether a browser asks for something that nobody has clicked on yet."""
    return "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", ""))


def _renew_claims(context: PagesContext, session: RecordSession, now: float) -> Flow[None]:
    client = context.client
    if abs(now - context.renewal.failed_at) < RENEWAL_PAUSE:  # a clock that is set back must not make it days
        return
    identity = session.identity()
    if identity is None or identity.refresh_token is None:
        return  # nothing to ask with: the session's own lifetime ends it
    brief = replace(
        client,
        session=session,
        config=client.config.model_copy(update={"timeout": min(client.config.timeout, RENEWAL_TIMEOUT)}),
    )
    try:
        yield from renew_claims(brief)
    except NotAuthenticatedError as error:
        logger.info("a session ended at Logto: %s", error.code)
        return
    except LogtoException as error:
        context.renewal.failed_at = now
        logger.warning("a session could not be confirmed at Logto, and is believed: %s", error.code)
    else:
        user = context.user_in(session)
        if user and client.now() >= user.claims.exp:
            context.renewal.failed_at = now
            logger.warning("Logto's new ID tokens are over when they come: do its clock and this machine's agree?")
