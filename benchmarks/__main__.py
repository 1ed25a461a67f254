"""`make bench`: measures, prints a table, and writes what docs/performance.md shows when asked to."""

import argparse
import json
import sys
import time
from pathlib import Path

from . import page
from .figure import Figure
from .rows import ROWS
from .settings import ROOT, MissingEnvironmentError, from_environments
from .table import as_text

RESULTS = ROOT / "build" / "bench" / "results.json"
PAGE, CHARTS = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance"


def main() -> int:
    """Measure what the command line names."""
    arguments = _arguments()
    try:
        settings = from_environments(arguments.environments, quick=arguments.quick)
    except MissingEnvironmentError as error:
        return _refused(str(error))
    figures: dict[str, list[Figure]] = {}
    for name in arguments.only or ROWS:
        started = time.monotonic()
        figures[name] = ROWS[name](settings)
        print(f"\n── {name} ({time.monotonic() - started:.0f} s)\n{as_text(figures[name])}", flush=True)
    every = [figure for row in figures.values() for figure in row]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([figure.as_json() for figure in every], indent=1), encoding="utf-8")
    if arguments.write:
        page.write(PAGE, CHARTS, every)
    missed = [figure.what for figure in every if figure.met is False]
    print(f"\nGoals missed: {'; '.join(missed) or 'none'}. Kept in {RESULTS.relative_to(ROOT)}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=ROWS, metavar="ROW", help=f"one of {', '.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: for a first look, not for the page")
    parser.add_argument("--write", action="store_true", help="put table and charts into docs/performance.md")
    parser.add_argument("--environments", type=Path, default=ROOT / "build" / "bench", help="where the peers are")
    arguments = parser.parse_args()
    if arguments.write and (arguments.only or arguments.quick):
        parser.error("--write takes a whole run: without --only and --quick")
    return arguments


def _refused(text: str) -> int:
    print(f"benchmarks: {text}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
