"""Every page of local Logto, one function each."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from logto.server.pages.forms import Form, mark, problems_of, register_problems
from logto.server.pages.headers import page_headers
from logto.server.pages.locale import LOCALES, negotiate
from logto.server.pages.messages import Texts
from logto.server.pages.snippets import environment_lines, main_application
from logto.server.pages.views import (
    ConsentView,
    DeviceCodeView,
    DeviceConfirmView,
    DeviceDoneView,
    ErrorView,
    HomeView,
    RegisterView,
    ResetPasswordView,
    SignedOutView,
    SignInView,
)


def home(request: Request, view: HomeView) -> HTMLResponse:
    """What is configured, ready to paste."""
    urls = tuple((locale, f"{_root(request)}/?ui_locales={locale}") for locale in LOCALES)
    application = main_application(view)
    lines = environment_lines(view, application) if application else ""
    return _page(
        request,
        "home.html",
        view.locale,
        script=True,
        view=view,
        locale_urls=urls,
        main_application=application,
        environment_lines=lines,
    )


def sign_in(request: Request, view: SignInView, status: int = 200) -> HTMLResponse:
    """The sign-in form."""
    form = Form(Texts(view.locale), view.identifiers, view.identifier, problems_of(view.error))
    return _form_page(request, "sign_in.html", view, form, status)


def register(request: Request, view: RegisterView, status: int = 200) -> HTMLResponse:
    """The sign-up form."""
    problems = register_problems(view.errors)
    form = Form(Texts(view.locale), view.identifiers, view.identifier, problems, view.password_min_length)
    return _form_page(request, "register.html", view, form, status)


def reset_password(request: Request, view: ResetPasswordView) -> HTMLResponse:
    """How to get at a forgotten password here."""
    return _page(request, "reset_password.html", view.locale, view=view, locale_urls=view.locale_urls)


def consent(request: Request, view: ConsentView) -> HTMLResponse:
    """What a third-party application asks for, to allow or to deny."""
    return _page(request, "consent.html", view.locale, posts=True, view=view, locale_urls=view.locale_urls)


def device_code(request: Request, view: DeviceCodeView, status: int = 200) -> HTMLResponse:
    """The form for the code that a device shows."""
    problems = problems_of(view.error)
    return _page(
        request,
        "device_code.html",
        view.locale,
        status,
        posts=True,
        view=view,
        problems=problems,
        mark=mark(problems, "user_code", "user_code-hint"),
        locale_urls=view.locale_urls,
    )


def device_confirm(request: Request, view: DeviceConfirmView) -> HTMLResponse:
    """The question whether a device may come in."""
    return _page(request, "device_confirm.html", view.locale, posts=True, view=view, locale_urls=view.locale_urls)


def device_done(request: Request, view: DeviceDoneView) -> HTMLResponse:
    """What was decided about a device."""
    return _page(request, "device_done.html", view.locale, view=view)


def signed_out(request: Request, view: SignedOutView) -> HTMLResponse:
    """The end of a sign-out."""
    return _page(request, "signed_out.html", view.locale, view=view)


def error(request: Request, view: ErrorView) -> HTMLResponse:
    """What went wrong and what to change, with the view's status."""
    return _page(request, "error.html", view.locale, view.status, view=view)


def shell(request: Request) -> HTMLResponse:
    """What a path gets that means nothing: status 200, as the real server's single-page application answers."""
    locale = negotiate(request.query_params.get("ui_locales"), request.headers.get("accept-language"))
    return _page(request, "shell.html", locale)


def auto_submit(
    request: Request, action: str, fields: Mapping[str, str], status: int = 200, locale: str = "en"
) -> HTMLResponse:
    """A form that submits itself, with a button for browsers without JavaScript.

    Raises ValueError for an `action` that is neither a path on this server nor an http(s) URL.
    """
    return _page(request, "auto_submit.html", locale, status, script=True, posts=True, action=action, fields=fields)


def _form_page(
    request: Request, template: str, view: SignInView | RegisterView, form: Form, status: int
) -> HTMLResponse:
    return _page(
        request,
        template,
        view.locale,
        status,
        script=True,
        posts=True,
        view=view,
        form=form,
        locale_urls=view.locale_urls,
    )


def _root(request: Request) -> str:
    # The prefix under which the ASGI server serves us; a Mount within the application adds nothing to it.
    return str(request.scope.get("app_root_path", request.scope.get("root_path", "")))


def _page(
    request: Request,
    template: str,
    locale: str,
    status: int = 200,
    *,
    script: bool = False,
    posts: bool = False,
    **context: Any,
) -> HTMLResponse:
    texts = Texts(locale)
    nonce = secrets.token_urlsafe(16) if script else None
    values = {"locale_urls": (), **context, "root": _root(request), "t": texts, "locale": texts.locale, "nonce": nonce}
    # Jinja takes long to import, and `logto dev` answers its first requests without a page.
    from logto.server.pages.environment import environment

    html = environment.get_template(template).render(values)
    return HTMLResponse(html, status, headers=page_headers(texts.locale, nonce=nonce, posts=posts))
