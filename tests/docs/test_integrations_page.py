"""The page on integrations: its tables name what there is, with the defaults that it has."""

import re
from dataclasses import fields

import pytest

from logto import LogtoConfig, PageSettings, Requirement
from logto.client import page_checks, page_configuration
from logto.sessions import CookieSettings, Lifetimes
from tests.house.repository import ROOT

PAGE = (ROOT / "docs" / "integrations" / "index.md").read_text(encoding="utf-8")


def table(heading):
    """The rows below a heading: the cells of each."""
    section = re.split(rf"^## {heading}$", PAGE, flags=re.MULTILINE)[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.*) \|$", section, flags=re.MULTILINE)
    return [[cell.strip() for cell in row.split(" | ")] for row in rows[1:]]


def test_every_setting_has_a_row():
    """The table has the names that are read, and no other."""
    listed = [row[0].strip("`") for row in table("Settings")]

    assert sorted(listed) == sorted(page_configuration._NAMES)  # noqa: SLF001 - the names themselves
    assert len(listed) == len(set(listed))


DEFAULTS = {
    name: default
    for kind, names in (
        (PageSettings, page_configuration._PAGES),  # noqa: SLF001 - as above
        (CookieSettings, page_configuration._COOKIE),  # noqa: SLF001 - as above
        (Lifetimes, page_configuration._LIFETIMES),  # noqa: SLF001 - as above
    )
    for name, (argument, _) in names.items()
    for default in [field.default for field in fields(kind) if field.name == argument]
} | {
    name: LogtoConfig.model_fields[argument].default
    for name, (argument, _) in page_configuration._CONFIG.items()  # noqa: SLF001 - as above
}


@pytest.mark.parametrize(("name", "shown"), [(row[0].strip("`"), row[1]) for row in table("Settings")])
def test_a_default_is_the_code_s(name, shown):
    """What stands in code type is the default; words stand for no value, or for one that is made up."""
    literal = re.fullmatch(r"`(.+)`", shown)
    if shown.endswith(" days"):
        assert DEFAULTS[name] == int(shown.removesuffix(" days")) * 24 * 3600
    elif literal and name in DEFAULTS and name != "LOGTO_ISSUER":
        default = DEFAULTS[name]
        told = " ".join(default) if isinstance(default, tuple) else default
        assert str(int(told) if isinstance(told, float) else told) == literal[1]
    elif shown == "none":
        assert not DEFAULTS[name] or not isinstance(DEFAULTS[name], str | bool | int)


def test_every_check_has_a_row():
    """Each id that a start-up check may have is in the table, with its level."""
    source = (ROOT / "src/logto/client/page_checks.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"(logto\.[EW]\d{3})"', source))
    listed = {row[0].strip("`"): row[1] for row in table("Before production") if row[0].startswith("`logto.")}

    assert set(listed) == known
    assert {name: page_checks.Problem(name, "", "").level for name in known} == listed


def test_every_word_of_a_guard_has_a_row():
    """The table of guards has what a requirement may have, and where the organization is found."""
    listed = {row[0].strip("`") for row in table("What they have in common")} - {"none"}

    assert listed == {field.name for field in fields(Requirement)} | {"organization_from"}
