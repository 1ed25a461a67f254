"""The blocks that are no Python: commands exist, data parses, links lead somewhere."""

import re
import shlex
import tomllib

import pytest
import yaml

from logto.cli.group import COMMANDS, logto
from logto.server.seed_file import check
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.docs.blocks import blocks, of_language, pages
from tests.house.repository import ROOT
from tests.house.test_makefile import targets

LANGUAGES = {"", "python", "console", "yaml", "text"}
OF_THE_SYSTEM = {"cd", "mkdir", "python3", "source", "export", "flask", "git", "uvicorn", "django-admin", "gunicorn"}
OF_THE_SYSTEM |= {"quart", "hypercorn"}
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")


def commands():
    """Each command that a console block tells its reader to type, with its place."""
    return [
        pytest.param(line.removeprefix("$ "), id=f"{block.place} {line[2:40]}")
        for block in of_language("console")
        for line in block.text.splitlines()
        if line.startswith("$ ")
    ]


def options_of(command):
    """The option names of a command of ours."""
    return {name for parameter in logto.get_command(None, command).params for name in parameter.opts}


def test_every_block_has_a_language_that_is_tested():
    """No block is written in a language that nothing here looks at."""
    found = {block.place: block.language for page in pages() for block in blocks(page)}

    assert {place: language for place, language in found.items() if language not in LANGUAGES} == {}


@pytest.mark.parametrize("command", commands())
def test_a_command_exists(command):
    """A make target, a logto command with its options, or an extra that the documentation names is there."""
    program, *arguments = shlex.split(command, comments=True)
    if program == "make":
        assert [word for word in arguments if "=" not in word and word not in targets()] == []
    elif program == "logto":
        assert arguments[0] in COMMANDS
        given = {argument for argument in arguments if argument.startswith("--")}
        assert given <= options_of(arguments[0])
    elif program == "pip":
        metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        named = [group for argument in arguments for group in re.findall(r"logto\[([a-z,]+)\]", argument)]
        extras = {extra for group in named for extra in group.split(",")}
        assert extras <= set(metadata["project"]["optional-dependencies"])
    else:
        assert program in OF_THE_SYSTEM


def seed_files():
    """The seed files that the documentation shows."""
    return [block for block in of_language("yaml") if block.title == "seed.yaml"]


def test_every_yaml_block_is_a_seed_file():
    """No YAML block is shown that is not loaded below."""
    assert seed_files()
    # The file of faults is loaded in test_faults_page.py.
    assert seed_files() == [block for block in of_language("yaml") if block.title != "faults.yaml"]


@pytest.mark.parametrize("block", seed_files(), ids=lambda block: block.place)
def test_a_seed_file_is_what_local_logto_starts_with(block):
    """Local Logto starts with the seed file of the documentation and has what it names."""
    data = yaml.safe_load(block.text)
    with LocalLogto(seed=check(data)) as local:
        server = LogtoServer(local)
        assert (local.seeded["appId"], local.seeded["appSecret"]) == ("shop", "a-secret-for-development")
        assert server.users["carol"].password == "carol-pass-123"
        assert server.organizations == {"Bakery": "bakery"}
        assert server.resources == ("https://api.example.com",)
        assert local.seeded["deviceAppId"] == "cli"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Each relative link leads to a file of the repository, and each anchor to a heading of it."""
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), path
        headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
        slugs = {"#" + re.sub(r"[^\w\s-]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
        assert not anchor or anchor in slugs, anchor


def test_every_decision_is_listed():
    """The list of decisions names each page that is beside it, in order."""
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[^)]+)\)", (folder / "index.md").read_text(encoding="utf-8"))

    assert listed == sorted(page.name for page in pages() if page.parent == folder and page.name != "index.md")


def test_every_page_is_in_the_menu():
    """Each page of docs/ stands in the site's menu, or in the list of decisions."""
    menu = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    named = {ROOT / "docs" / path for entry in menu for path in entry.values()}
    decisions = ROOT / "docs" / "decisions"

    assert {page for page in pages() if page.is_relative_to(ROOT / "docs") and page.parent != decisions} <= named
    assert decisions / "index.md" in named
