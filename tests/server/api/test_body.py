"""What may stand in a body."""

import pytest

from logto.server.api import body
from logto.server.errors import ApiError

FIELDS = {"name": body.text(5, 1), "data": body.is_json_object}


def issue(given, *required):
    """The first thing that is wrong with a body."""
    with pytest.raises(ApiError) as caught:
        body.read(given, FIELDS, required)
    (found,) = caught.value.data["issues"]
    return found["path"]


def test_known_members_are_read_and_others_dropped():
    """Only what a route names reaches it; no body is an empty one."""
    assert body.read({"name": "a", "isAdmin": True}, FIELDS) == {"name": "a"}
    assert body.read(None, FIELDS) == {}


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ([], []),
        ("text", []),
        ({"name": "toolong"}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"name": None}, ["name"]),
        ({"name": True}, ["name"]),
        ({"data": {"a": [0, {"b": "\0"}]}}, ["data", "a", 1, "b"]),
        ({"data": {"a": float("nan")}}, ["data", "a"]),
        ({"data": {"a": float("inf")}}, ["data", "a"]),
        ({"data": {"a\ud800": 1}}, ["data"]),
        ({"unknown": "\ud800"}, ["unknown"]),
    ],
    ids=str,
)
def test_a_wrong_place_is_named(given, place):
    """Its path in the body, also where nothing could be stored of it."""
    assert issue(given) == place


def test_a_required_member_must_be_there():
    """Its name is the path."""
    assert issue({"data": {}}, "data", "name") == ["name"]


def test_a_body_nested_without_end_is_refused():
    """At a depth at which nobody means it."""
    nested = {}
    for _ in range(body.MAX_DEPTH):
        nested = {"a": nested}
    assert issue({"data": nested})[0] == "data"


@pytest.mark.parametrize(
    ("accepts", "right", "wrong"),
    [
        (body.nullable(body.is_flag), [None, True], [0, "true"]),
        (body.clearable(body.is_email), [None, "", "a@b.c"], ["a", "a@b", " "]),
        (body.one_of("a", "b"), ["a"], ["c", None, ["a"]]),
        (body.list_of(body.is_flag, shortest=1), [[True]], [[], [1], True]),
        (body.whole(1, 3), [1, 3], [0, 4, 1.0, True, "1"]),
        (body.object_of({"a": body.is_flag}), [{}, {"a": True}], [{"a": 1}, {"b": True}, []]),
        (body.is_phone, ["12025550123"], ["+12025550123", "1", 12025550123]),
        (body.is_link, ["https://a.example/b.png"], ["javascript:1", "/b.png", "https://" + "a" * 2048]),
    ],
)
def test_a_check_tells_right_from_wrong(accepts, right, wrong):
    """Of values and of their kinds."""
    assert [accepts(value) for value in right] == [True] * len(right)
    assert [accepts(value) for value in wrong] == [False] * len(wrong)
