"""Reading a file that a person wrote: YAML, or JSON if it is named so."""

import json
from pathlib import Path
from typing import Any

from .seed_checks import SeedError

MAX_BYTES = 4 * 1024 * 1024


def load(path: str) -> Any:
    """Return what is in a file.

    Raises: SeedError, one line that names the file.
    """
    try:
        text = _text(Path(path))
        return json.loads(text) if path.endswith(".json") else _yaml(text)
    except SeedError as error:
        raise SeedError(f"{path}: {error}") from error
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SeedError(f"{path}: is not UTF-8 text") from error
    except ValueError as error:
        raise SeedError(f"{path}: is not valid JSON ({error})") from error


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise SeedError(f"is larger than {MAX_BYTES} bytes")
    return path.read_text(encoding="utf-8")


def _yaml(text: str) -> Any:
    import yaml  # takes long to import, and few starts need it

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SeedError("is not valid YAML: " + " ".join(str(error).split())) from error
