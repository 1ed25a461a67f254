"""What is measured, one file a row; the names are what `--only` takes."""

from collections.abc import Callable

from ..figure import Figure
from ..settings import Settings
from . import claims, import_time

Row = Callable[[Settings], list[Figure]]

ROWS: dict[str, Row] = {
    "import": import_time.measure,
    "claims": claims.measure,
}
