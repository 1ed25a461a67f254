"""Views to render in these tests, harmless or hostile, and the page as a parser reads it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from starlette.requests import Request
from starlette.responses import HTMLResponse

from logto.server.pages import render
from logto.server.pages.views import (
    ApplicationRow,
    ConsentView,
    DeviceCodeView,
    DeviceConfirmView,
    DeviceDoneView,
    ErrorView,
    HomeView,
    OrganizationRow,
    RegisterView,
    ResetPasswordView,
    ResourceRow,
    RoleRow,
    SignedOutView,
    SignInView,
    UserRow,
)

LOCALES = ("en", "fr")
VOID = {"meta", "link", "input", "img", "br", "path", "circle", "rect", "stop"}


def request(query: str = "", **scope: object) -> Request:
    """A GET as Starlette hands it on."""
    return Request(
        {"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": [], **scope}
    )


def sign_in_view(text: str = "Guide", *, path: str = "/sign-in", locale: str = "en", **changes: object) -> SignInView:
    """A sign-in view whose every text is `text`."""
    values = {
        "identifiers": ("username", "email", "phone"),
        "identifier": text,
        "error": "invalid_credentials",
        "register_url": path,
        "reset_password_url": path,
        "locale_urls": (("en", path), ("fr", path)),
    }
    return SignInView(path, text, text, locale=locale, **{**values, **changes})


def register_view(
    text: str = "Guide", *, path: str = "/register", locale: str = "en", **changes: object
) -> RegisterView:
    """A sign-up view whose every text is `text`."""
    values = {
        "identifiers": ("username",),
        "identifier": text,
        "errors": {"identifier": "identifier_taken", "password": "password_too_short", text: text},
        "sign_in_url": path,
        "locale_urls": ((text, path),),
    }
    return RegisterView(path, text, text, locale=locale, **{**values, **changes})


def home_view(text: str = "Guide", *, locale: str = "en") -> HomeView:
    """A home view whose every text is `text`."""
    return HomeView(
        text,
        text,
        applications=(
            ApplicationRow(text, "Traditional", text, text, (text,), (text,)),
            ApplicationRow(text, text, text),
        ),
        users=(UserRow(text, text, text, text, (text,), (text,)), UserRow(text, None, text)),
        organizations=(OrganizationRow(text, text),),
        resources=(ResourceRow(text, (text,)), ResourceRow(text)),
        roles=(RoleRow(text, (text,)),),
        warning=text,
        locale=locale,
    )


def pages(text: str = "Guide", locale: str = "en") -> dict[str, HTMLResponse]:
    """Every page by its name, with `text` in every place that takes a text."""
    asked = request(f"ui_locales={locale}")
    return {
        "home": render.home(asked, home_view(text, locale=locale)),
        "sign_in": render.sign_in(asked, sign_in_view(text, locale=locale)),
        "register": render.register(asked, register_view(text, locale=locale)),
        "reset_password": render.reset_password(asked, ResetPasswordView(text, "/sign-in", locale)),
        "consent": render.consent(asked, ConsentView("/consent", text, text, text, (text,), (text,), locale)),
        "device_code": render.device_code(
            asked, DeviceCodeView("/device", text, text, "device_code_unknown", locale, ((text, "/device"),))
        ),
        "device_confirm": render.device_confirm(
            asked, DeviceConfirmView("/device/confirm", text, text, text, text, (text,), locale)
        ),
        "device_allowed": render.device_done(asked, DeviceDoneView(True, locale)),
        "device_denied": render.device_done(asked, DeviceDoneView(False, locale)),
        "signed_out": render.signed_out(asked, SignedOutView(locale)),
        "error": render.error(asked, ErrorView(400, text, text, text, locale, text)),
        "shell": render.shell(asked),
        "auto_submit": render.auto_submit(asked, "https://app.example/callback", {text: text}, locale=locale),
    }


@dataclass
class Element:
    """One element of a page: its tag, its attributes and all text within it."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""

    def __getitem__(self, name: str) -> str | None:
        """An attribute, or None where it is absent or has no value."""
        return self.attributes.get(name)


@dataclass
class Page(HTMLParser):
    """A page as a parser reads it, element by element in their order."""

    html: str
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    @classmethod
    def of(cls, response: HTMLResponse) -> "Page":
        """The page in a response."""
        return cls(response.body.decode())

    def __post_init__(self) -> None:
        """Read the whole page."""
        super().__init__()
        self.feed(self.html)
        assert self.open == [], "an element is not closed"

    def handle_starttag(self, tag, attrs):
        """Keep an element."""
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        """Keep an element that closes itself."""
        self.elements.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Close the element that was opened last, which must be this one."""
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        """Give a text to every element around it."""
        for element in self.open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> Iterator[Element]:
        """The elements of a tag that have these attributes."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return (e for e in self.elements if e.tag == tag and wanted.items() <= e.attributes.items())

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        (element,) = self.all(tag, **attributes)
        return element

    def where(self, has: Callable[[Element], bool]) -> list[Element]:
        """The elements that satisfy a condition."""
        return [element for element in self.elements if has(element)]
