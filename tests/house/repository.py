"""The files of the repository, as the house's rules see them."""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def files() -> list[Path]:
    """Every file that is committed or about to be: nothing ignored, nothing deleted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (ROOT / name for name in listing.split("\0") if name)
    return sorted({path for path in paths if path.is_file()})


def modules(folder: str) -> list[Path]:
    """The Python files below a folder of the repository."""
    return [path for path in files() if path.suffix == ".py" and path.is_relative_to(ROOT / folder)]


def parse(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, line: int | None = None) -> str:
    """How a finding names its place, so that an editor can jump there."""
    name = str(path.relative_to(ROOT))
    return name if line is None else f"{name}:{line}"
