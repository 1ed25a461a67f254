"""A person in front of a browser: what they do, and what they see."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.house.repository import ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PASSWORDS = {"alice": "alice-pass-123", "bob": "bob-pass-12345"}


@dataclass(frozen=True)
class Places:
    """Where local Logto and both applications are, each with a slash at its end."""

    logto: str
    guide: str
    second: str


@dataclass(frozen=True)
class Person:
    """Somebody with a browser and one page open in it."""

    page: Page
    places: Places

    def another_tab(self) -> "Person":
        """The same person in another tab of the same browser."""
        return Person(self.page.context.new_page(), self.places)

    def open(self, path: str = "") -> None:
        """Opens a page of the guide's application."""
        self.page.goto(self.places.guide + path)

    def click(self, name: str) -> None:
        """Clicks what has a name: a link or a button, the first of them."""
        page = self.page
        page.get_by_role("link", name=name, exact=True).or_(
            page.get_by_role("button", name=name, exact=True)
        ).first.click()

    def fill_in(self, identifier: str, password: str) -> None:
        """Fills in Logto's form and sends it."""
        self.page.locator("#identifier").fill(identifier)
        self.page.locator("#password").fill(password)
        self.page.locator("form button[type=submit]").click()

    def sign_in(self, identifier: str = "alice", password: str | None = None) -> None:
        """Signs in at the guide's application, from its first page on."""
        self.open()
        self.click("Sign in")
        self.fill_in(identifier, password or PASSWORDS[identifier])
        self.page.wait_for_url(self.places.guide)

    def sign_out(self) -> None:
        """Signs out of the guide's application."""
        self.click("Sign out")
        self.page.wait_for_url(self.places.guide)

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.page.locator("h1").inner_text()

    @property
    def sees(self) -> str:
        """The text of the page."""
        return self.page.locator("body").inner_text()

    def permissions(self) -> list[list[str]]:
        """The permissions on the page, a list for each token."""
        lists = self.page.get_by_label("Permissions").all()
        return [chips.locator("li").all_inner_texts() for chips in lists]

    def take_pictures(self, name: str) -> list[str]:
        """Keeps the page as it looks on a phone and on a desk, and names those on which it is wider than the screen."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        too_wide = []
        for device, size in (("desk", DESK), ("phone", PHONE)):
            self.page.set_viewport_size(size)
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{device}.png", full_page=True)
            if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                too_wide.append(device)
        return too_wide
