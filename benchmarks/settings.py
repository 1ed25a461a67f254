"""How long to measure, and with which interpreters."""

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = str(ROOT / "src")
LIBRARIES = ("joserfc", "PyJWT", "Authlib", "python-jose", "jwcrypto")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a row needs to know.

    Args:
        ours: The interpreter that has what `pip install logto` brings; the package itself comes from `src`.
        published: The interpreter that has the published package.
        jose: The interpreter that has the JOSE libraries.
        server: The interpreter that can run local Logto.
        libraries: The JOSE libraries to measure.
        herds: The libraries for APIs to measure, beside them in that environment.
        rounds: How many rounds a measurement has, of which the median is taken.
        effort: What the number of repetitions within a round is multiplied by; 1.0 is the whole measurement.
        slow_keys: Seconds that the key endpoint takes where it is made slow.
    """

    ours: str
    published: str
    jose: str
    server: str = sys.executable
    libraries: tuple[str, ...] = LIBRARIES
    herds: tuple[str, ...] = ("auth0-api-python",)
    rounds: int = 15
    effort: float = 1.0
    slow_keys: float = 1.0

    def times(self, whole: int) -> int:
        """A number of repetitions, scaled."""
        return max(1, round(whole * self.effort))


class MissingEnvironmentError(Exception):
    """An environment with the field's libraries is not there; the text says how to make it."""


def from_environments(folder: Path, *, quick: bool) -> Settings:
    """The settings with the environments that `make bench` installs below a folder.

    Raises:
        MissingEnvironmentError: There are none.
    """
    interpreters = {name: folder / name / "bin" / "python" for name in ("ours", "published", "jose")}
    missing = [str(path) for path in interpreters.values() if not path.exists()]
    if missing:
        raise MissingEnvironmentError(f"{missing[0]} is not there: `make bench` installs it, then measures.")
    # Absolute but not resolved: the link in a virtual environment is what makes it one.
    found = {name: str(path.absolute()) for name, path in interpreters.items()}
    if quick:
        return Settings(**found, rounds=5, effort=0.3, slow_keys=0.5)
    return Settings(**found)
