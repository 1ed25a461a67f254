"""A file of faults for demonstrations: whoever runs `logto dev --faults FILE` switches them by editing it.

It is an object (YAML or JSON) with any of these members:

    clockAhead    seconds by which the server's clock is ahead of this machine's (behind, if negative)
    faults        a list of: fault (slow | fail | refuse | drop_after_processing), path ("*" for every one); times, method;
                  seconds (slow), status, body and headers (fail)
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from .clock import Clock
from .faults import Faults
from .seed_checks import (
    Fields,
    SeedError,
    an_object,
    is_count,
    is_headers,
    is_list,
    is_number,
    is_status,
    is_text,
    is_window,
    member,
    only_known,
)
from .settings_file import load

_FILE: Fields = {"clockAhead": (is_number, 0), "faults": (is_list, [])}
_EVERY: Fields = {"fault": (is_text, ...), "path": (is_text, ...), "method": (is_text, None), "times": (is_count, None)}
_KINDS: Mapping[str, Fields] = {
    "slow": {"seconds": (is_window, ...)},
    "fail": {"status": (is_status, 503), "body": (is_text, ""), "headers": (is_headers, {})},
    "refuse": {},
    "drop_after_processing": {},
}
_log = logging.getLogger("logto.server")


class FaultFile:
    """The file, and what it puts in force."""

    def __init__(self, path: str, faults: Faults, clock: Clock) -> None:
        """Read the file.

        Raises: SeedError naming the place in it.
        """
        self._path, self._faults, self._clock = path, faults, clock
        self._ahead = 0.0
        self._seen: object = None
        self._apply()

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return `app`, with a look at the file before each request."""

        async def renewed(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                self._apply()
            except SeedError as error:
                _log.warning("the faults stay as they were: %s", error)
            await app(scope, receive, send)

        return renewed

    def _apply(self) -> None:
        version = self._version()
        if version == self._seen:
            return
        self._seen = version  # also of a file that is wrong: it is complained about once
        content = _checked(load(self._path), self._path)
        self._clock.advance(content["clockAhead"] - self._ahead)
        self._ahead = content["clockAhead"]
        self._faults.clear()
        for settings in content["faults"]:
            getattr(self._faults, settings.pop("fault"))(**settings)

    def _version(self) -> object:
        try:
            found = Path(self._path).stat()
        except OSError:
            return "missing"
        return found.st_mtime_ns, found.st_size, found.st_ino


def _checked(data: Any, path: str) -> dict[str, Any]:
    try:
        members = an_object("the file", data)
        only_known("", members, _FILE)
        content = {name: member("the file", members, name, *rule) for name, rule in _FILE.items()}
        content["faults"] = [_fault(f"faults[{index}]", row) for index, row in enumerate(content["faults"])]
    except SeedError as error:
        raise SeedError(f"{path}: {error}") from error
    return content


def _fault(path: str, row: Any) -> dict[str, Any]:
    members = an_object(path, row)
    kind = str(members.get("fault"))
    if kind not in _KINDS:
        raise SeedError(f"{path}.fault: {', '.join(_KINDS)} is expected")
    fields = {**_EVERY, **_KINDS[kind]}
    only_known(f"{path}.", members, fields)
    return {name: member(path, members, name, *rule) for name, rule in fields.items()}
