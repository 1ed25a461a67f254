"""A browser without a screen: it keeps cookies, follows redirects, and sends the forms that it is shown."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx2

MOST_STEPS = 20


@dataclass
class Form:
    """The form of a page: where it goes, and what it holds already."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """What the browser shows."""

    url: str
    status: int
    text: str

    def form(self) -> Form | None:
        """The page's form, if it has one."""
        parser = _FormParser()
        parser.feed(self.text)
        return parser.form


class Browser:
    """One person's browser, with cookies of its own.

    Attributes:
        shown: The paths of the pages that were shown, in order; redirects are not pages.
        http: What carries its requests.
    """

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.http = httpx2.Client(timeout=10, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.http.close()

    def open(self, url: str) -> Page:
        """Go to an address, through redirects, to the first page of the same server or to an address of another."""
        return self._arrive(url, self.http.get(url))

    def send(self, page: Page, **filled_in: str) -> Page:
        """Send the page's form, with some fields filled in."""
        form = page.form()
        assert form is not None, f"{page.url} (status {page.status}) shows no form"
        url = urljoin(page.url, form.action)
        return self._arrive(url, self.http.post(url, data={**form.fields, **filled_in}))

    def sign_in(self, url: str, user: str = "alice", *, decision: str = "allow") -> str:
        """Fill in every page until the server sends us back, and return the address that it sends us to."""
        page = self.open(url)
        for _ in range(MOST_STEPS):
            form = page.form()
            if form is None:
                return page.url
            known = {"user": user, "password": f"{user}-pass-123", "decision": decision}
            page = self.send(page, **{name: value for name, value in known.items() if name in form.fields})
        raise AssertionError("the server asks and asks")

    def sign_out(self, url: str) -> str:
        """Confirm the sign-out, and return the address that the server sends us to."""
        return self.send(self.open(url), logout="yes").url

    def _arrive(self, url: str, response: httpx2.Response) -> Page:
        for _ in range(MOST_STEPS):
            if not response.is_redirect:
                self.shown.append(urlsplit(url).path)
                return Page(url, response.status_code, response.text)
            target = urljoin(url, response.headers["location"])
            if urlsplit(target).netloc != urlsplit(url).netloc:
                return Page(target, 0, "")
            url, response = target, self.http.get(target)
        raise AssertionError("the server redirects and redirects")


class _FormParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(found.get("action", ""))
        elif tag == "input" and self.form is not None and "name" in found:
            self.form.fields[found["name"]] = found.get("value", "")
