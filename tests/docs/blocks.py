"""The code blocks of README.md and docs/, as tests see them."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.house.repository import ROOT, files

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+)(?P<language>[\w+-]*)(?P<rest>.*)$")
TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, its language, the file name in its title, and its text."""

    page: Path
    line: int
    language: str
    title: str | None
    text: str

    @property
    def place(self) -> str:
        """How a finding names it."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def code(self) -> str:
        """The text, moved down so that a traceback names the page's own line."""
        return "\n" * self.line + self.text


def pages() -> list[Path]:
    """README.md and every page of docs/."""
    return [path for path in files() if path.suffix == ".md" and (path == ROOT / "README.md" or is_documentation(path))]


def is_documentation(path: Path) -> bool:
    """Whether a page is one of docs/ or stands beside the README."""
    return path.is_relative_to(ROOT / "docs") or path.name == "CONTRIBUTING.md"


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found: list[Block] = []
    opened: tuple[int, re.Match[str]] | None = None
    lines: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        fence = FENCE.match(line)
        if opened is None and fence:
            opened, lines = (number, fence), []
        elif opened and fence and fence["fence"] == opened[1]["fence"] and not fence["language"]:
            title = TITLE.search(opened[1]["rest"])
            text = "\n".join(lines) + "\n"
            found.append(Block(page, opened[0], opened[1]["language"], title[1] if title else None, text))
            opened = None
        elif opened:
            lines.append(line.removeprefix(opened[1]["indent"]))
    assert opened is None, f"{page}: a block is not closed"
    return found


def of_language(*languages: str) -> list[Block]:
    """Every block in one of the languages."""
    return [block for page in pages() for block in blocks(page) if block.language in languages]


def write_files(page: Path, folder: Path) -> list[str]:
    """Writes the files that a page tells its reader to write, and names them.

    A block that begins as its file does is the file anew; any other one is added at its end.
    """
    names = []
    for block in blocks(page):
        if block.title is None or block.language != "python":
            continue
        target = folder / block.title
        former = target.read_text(encoding="utf-8") if target.exists() else ""
        anew = former.splitlines()[:1] == block.text.splitlines()[:1]
        target.write_text(block.text if anew or not former else f"{former}\n\n{block.text}", encoding="utf-8")
        names.append(block.title)
    return list(dict.fromkeys(names))
