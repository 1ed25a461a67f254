"""One call of Logto's own APIs as a value: what is sent, and how the answer is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from ..errors import ConfigurationError, UnexpectedResponseError
from ..models.api import LATEST, NOT_GIVEN, Moment
from .answer import json_object, json_value
from .http import HttpRequest, HttpResponse

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

MAX_SEGMENT = 256
"""The most characters of an id or a name in a path."""

_EARLIEST = 10**11
"""Fewer milliseconds are in 1973 or before it: somebody meant seconds."""

_PLACE = re.compile(r"{(\w+)}")

Read = Callable[[HttpRequest, HttpResponse], T]
Query = Mapping[str, str | int | bool | Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A call.

    Args:
        method: The HTTP method.
        path: Below `/api`, encoded: `path()` makes it.
        read: What a successful answer says.
        body: What to send, in Logto's spelling.
        query: What is not None goes into the URL.
        confidential: The values in the body that no message may repeat.
        headers: Added to the request.
    """

    method: str
    path: str
    read: Read[T] = field(repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    query: Query = field(default_factory=dict[str, Any], repr=False)
    confidential: tuple[str, ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def request(self, base: str, token: str) -> HttpRequest:
        """The request to send.

        Args:
            base: The address of the API, without a slash at its end.
            token: The access token.

        Raises:
            ConfigurationError: The body cannot be written as JSON.
        """
        headers = {"authorization": f"Bearer {token}", "accept": "application/json", **self.headers}
        if self.body is not None:
            headers["content-type"] = "application/json"
        secrets: tuple[object, ...] = (token, *self.confidential, *self.headers.values())
        query = _query(self.query)
        return HttpRequest(
            self.method,
            f"{base}/{self.path}?{query}" if query else f"{base}/{self.path}",
            headers=headers,
            body=b"" if self.body is None else _encoded(self.body),
            # An argument of another type is refused by the server; here it must do no harm.
            confidential=tuple(one for one in secrets if isinstance(one, str)),
        )


@dataclass(frozen=True, slots=True)
class ListCall(Generic[T]):
    """A call for a list.

    Args:
        path: Below `/api`, encoded: `path()` makes it.
        item: What one item says.
        query: What is not None goes into the URL.
        paged: Whether the server gives the list in pages.
        member: Where in the answer the list is; the answer itself if not given.
        headers: Added to the request.
    """

    path: str
    item: Callable[[Any], T] = field(repr=False)
    query: Query = field(default_factory=dict[str, Any], repr=False)
    paged: bool = True
    member: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


def path(template: str, **values: str) -> str:
    """The path that a template such as `users/{user_id}` stands for.

    Raises:
        ConfigurationError: A value is no id or name, or could lead elsewhere.
    """
    return _PLACE.sub(lambda place: _segment(place[1], values[place[1]]), template)


def _segment(name: str, value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_SEGMENT or not value.isprintable():
        wrong = True
    else:
        # Also encoded, these mean another path to some servers and to what stands before them.
        wrong = value.strip(".") == "" or "/" in value or "\\" in value
    if wrong:
        raise ConfigurationError(
            f"`{name}` is no id or name that can stand in a path.",
            hint="Pass it as Logto gave it: text, without slashes or line breaks.",
            code="configuration.api_path",
        )
    return quote(str(value), safe="")


def entity(model: type[M]) -> Read[M]:
    """Reads an answer that is one object.

    The reader raises `UnexpectedResponseError` where it is none, or lacks what every such object has.
    """

    def read(request: HttpRequest, response: HttpResponse) -> M:
        try:
            return model.model_validate(json_object(request, response))
        except ValidationError as error:
            raise malformed(request, response, error) from None

    return read


def nothing(_request: HttpRequest, _response: HttpResponse) -> None:
    """Reads an answer that says no more than that it worked."""


def anything(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Reads an answer that is an object of your own."""
    return json_object(request, response)


def items_of(request: HttpRequest, response: HttpResponse, member: str, item: Callable[[Any], T]) -> list[T]:
    """The items of an answer that is, or holds, a list.

    Raises:
        UnexpectedResponseError: There is no list, or an item lacks what every such object has.
    """
    value = json_object(request, response).get(member) if member else json_value(request, response)
    if not isinstance(value, list):
        raise malformed(request, response)
    try:
        return [item(one) for one in value]
    except ValidationError as error:
        raise malformed(request, response, error) from None


def malformed(
    request: HttpRequest, response: HttpResponse, error: ValidationError | None = None
) -> UnexpectedResponseError:
    """The error of an answer whose JSON is not what it should be."""
    what = "is no list"
    if error is not None:
        place = error.errors(include_url=False, include_input=False)[0]["loc"][:3]
        what = f"has no usable `{'.'.join(str(step) for step in place)}`" if place else "is no object"
    return UnexpectedResponseError(
        f"The answer of {request.place} {what}.",
        url=request.place,
        status=response.status,
        code="response.unusable",
        hint="Is `endpoint` the address of a Logto server, and of one that this version knows? Nothing of it was used.",
    )


def given(**values: Any) -> dict[str, Any]:
    """The members of a body that are given, in Logto's spelling; None is one of them, and means: take it away."""
    return {to_camel(name): value for name, value in values.items() if value is not NOT_GIVEN}


def present(**values: Any) -> dict[str, Any]:
    """The members of a body that are not None, in Logto's spelling."""
    return {to_camel(name): value for name, value in values.items() if value is not None}


def structured(model: type[BaseModel], name: str, value: Any) -> Any:
    """An object of known members, as a model or as a mapping in either spelling; None and `NOT_GIVEN` as they are.

    Raises:
        ConfigurationError: It is neither, or a member is of another type.
    """
    if value is None or value is NOT_GIVEN:
        return value
    try:
        return model.model_validate(value).model_dump(by_alias=True, exclude_unset=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join([name, *(str(step) for step in first["loc"])])
        raise ConfigurationError(
            f"`{where}` is not usable.", hint=f"{first['msg']}.", code="configuration.argument"
        ) from None


def several(name: str, values: Sequence[str]) -> list[str]:
    """A list of texts.

    Raises:
        ConfigurationError: It is something else, such as a single text.
    """
    found: object = values
    is_list = isinstance(found, Iterable) and not isinstance(found, (str, bytes))
    texts: list[Any] = list(values) if is_list else [None]
    if not all(isinstance(one, str) for one in texts):
        raise ConfigurationError(
            f"`{name}` is a list of texts.", hint=f'Write {name}=["…"].', code="configuration.argument"
        )
    return texts


def milliseconds(name: str, value: Moment | None) -> int | None:
    """A time in milliseconds since 1970.

    Raises:
        ConfigurationError: It is none, or one that could be meant otherwise.
    """
    if value is None:
        return None
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = int(value.timestamp() * 1000)
    if isinstance(value, bool) or not isinstance(value, int) or not _EARLIEST <= value <= LATEST:
        raise ConfigurationError(
            f"`{name}` is no time.",
            hint="Give a datetime with a time zone, such as datetime.now(UTC) + timedelta(days=7), or milliseconds "
            "since 1970, as an int.",
            code="configuration.argument",
        )
    return value


def _query(query: object) -> str:
    try:
        if isinstance(query, Mapping):
            given: Mapping[str, object] = query
            return urlencode([(str(name), text) for name, value in given.items() for text in _texts(value)])
    except UnicodeEncodeError:  # half a surrogate pair
        pass
    raise ConfigurationError(
        "A query or a search is not usable.",
        hint="Give texts, numbers, booleans, or lists of them, by name.",
        code="configuration.argument",
    )


def _texts(value: object) -> list[str]:
    match value:
        case None:
            return []
        case bool():
            return ["true" if value else "false"]
        case list() | tuple():
            several_of: Sequence[object] = value
            return [str(one) for one in several_of]
        case _:
            return [str(value)]


def _encoded(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise ConfigurationError(
            "An argument cannot be written as JSON.",
            hint="Give texts, whole or finite numbers, booleans, None, and lists and mappings of them.",
            code="configuration.argument",
        ) from None
