"""What is measured, one file a row; the names are what `--only` takes."""

from collections.abc import Callable

from ..figure import Figure
from ..settings import Settings
from . import (
    api_route,
    apis,
    claims,
    import_time,
    local_logto,
    pages,
    refresh,
    sessions,
    sign_in_cold,
    sign_in_warm,
    stall,
    verification,
)

Row = Callable[[Settings], list[Figure]]

ROWS: dict[str, Row] = {
    "import": import_time.measure,
    "claims": claims.measure,
    "sign-in-warm": sign_in_warm.measure,
    "sign-in-cold": sign_in_cold.measure,
    "stall": stall.measure,
    "refresh": refresh.measure,
    "sessions": sessions.measure,
    "verification": verification.measure,
    "apis": apis.measure,
    "api-route": api_route.measure,
    "pages": pages.measure,
    "local-logto": local_logto.measure,
}
