"""Calls of Logto's own APIs as values: nothing in an id can lead elsewhere, and nothing is guessed about an argument."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from logto import NOT_GIVEN, ConfigurationError, UnexpectedResponseError
from logto.models.management import Role, User, UserProfile
from logto.protocol.api_call import Call, ListCall, entity, given, items_of, milliseconds, nothing, path, several
from logto.protocol.http import HttpResponse
from logto.protocol.management import hooks, invitations, organizations, personal_access_tokens, raw, users
from tests.flows.honest_provider import answer

BASE = "https://tenant.example/api"
WRONG = ["", ".", "..", "...", "a/b", "../roles", "a\\b", "a\nb", "a\x00b", "a\u2028b", "x" * 257, None, 7, b"id"]


def sent(call):
    """The request of a call, and its body."""
    request = call.request(BASE, "token")
    return request, json.loads(request.body) if request.body else None


@pytest.mark.parametrize("value", WRONG)
def test_an_id_that_could_change_the_path_is_refused(value):
    """Dots, slashes, line breaks, other types: nothing is sent, and the value is not repeated."""
    with pytest.raises(ConfigurationError) as refused:
        users.get(value)

    assert refused.value.code == "configuration.api_path"
    assert "user_id" in refused.value.message


@pytest.mark.parametrize(
    ("value", "segment"),
    [("a b", "a%20b"), ("a?b#c", "a%3Fb%23c"), ("%2e%2e", "%252e%252e"), ("ä", "%C3%A4"), ("a;b", "a%3Bb")],
)
def test_an_id_is_encoded(value, segment):
    """What is no letter of a path is percent-encoded, so that it stays one segment."""
    assert path("users/{user_id}/roles", user_id=value) == f"users/{segment}/roles"


def test_each_value_of_a_path_is_named_by_its_refusal():
    """The second id is judged as the first."""
    with pytest.raises(ConfigurationError, match="organization_role_id"):
        organizations.remove_member_role("org", "user", "..")


def test_a_name_with_slashes_travels_in_the_body():
    """Personal access tokens may have any name, so it does not stand in the path."""
    request, body = sent(personal_access_tokens.delete("user", "ci/deploy"))

    assert (request.method, request.url) == ("POST", f"{BASE}/users/user/personal-access-tokens/delete")
    assert body == {"name": "ci/deploy"}


def test_a_request_has_the_token_and_the_body_in_logtos_spelling():
    """Members are camelCase, and what was not given is left out."""
    request, body = sent(users.create(username="alice", primary_email="a@example.com", profile={"family_name": "L"}))

    assert (request.method, request.url) == ("POST", f"{BASE}/users")
    assert request.headers["authorization"] == "Bearer token"
    assert body == {"username": "alice", "primaryEmail": "a@example.com", "profile": {"familyName": "L"}}


def test_none_is_told_from_not_given():
    """PATCH sends null for None, and nothing for what was not given."""
    assert sent(users.update("id", name=None))[1] == {"name": None}
    assert sent(users.update("id"))[1] == {}
    assert given(one=NOT_GIVEN, other_one=None) == {"otherOne": None}


@pytest.mark.parametrize("profile", [UserProfile(family_name="L"), {"family_name": "L"}, {"familyName": "L"}])
def test_a_profile_is_taken_in_every_spelling(profile):
    """A model, a mapping in Python's spelling, or in Logto's; what it does not have is not sent."""
    assert sent(users.update_profile("id", profile))[1] == {"profile": {"familyName": "L"}}


def test_a_profile_of_another_type_is_refused():
    """The message names the member, and does not repeat the value."""
    with pytest.raises(ConfigurationError) as refused:
        users.update_profile("id", {"family_name": 7_777_777})

    assert refused.value.code == "configuration.argument"
    assert "changes.family" in str(refused.value)
    assert "7777777" not in str(refused.value)


def test_nothing_confidential_is_shown():
    """A password is in the request's confidential values, and in no repr."""
    call = users.create(username="alice", password="correct-horse")
    request = call.request(BASE, "the-token")

    assert {"correct-horse", "the-token"} <= set(request.confidential)
    assert "correct-horse" not in repr(call) + repr(request)
    assert "the-token" not in repr(request)


def test_the_headers_of_a_hook_are_confidential():
    """They may hold a key."""
    call = hooks.create(name="h", events=["User.Created"], url="https://a.example", headers={"x-key": "k-e-y"})

    assert "k-e-y" in call.request(BASE, "t").confidential
    assert "k-e-y" not in repr(call)


@pytest.mark.parametrize("value", ["id", b"id", [1], [None], None, 7])
def test_a_list_of_ids_is_a_list(value):
    """A single id in the place of a list would be a list of letters."""
    with pytest.raises(ConfigurationError) as refused:
        several("user_ids", value)

    assert refused.value.code == "configuration.argument"


MOMENT = 1_795_349_534_256


@pytest.mark.parametrize(
    "value",
    [
        MOMENT,
        datetime.fromtimestamp(MOMENT / 1000, UTC),
        datetime.fromtimestamp(MOMENT / 1000, timezone(timedelta(hours=5))),
    ],
)
def test_a_time_is_milliseconds(value):
    """A whole number, or a datetime of any time zone."""
    assert milliseconds("expires_at", value) == MOMENT


@pytest.mark.parametrize(
    "value",
    [1_795_349_534, 1_795_349_534.25, True, -1, 10**15, datetime(2026, 11, 22), "2026-11-22"],  # noqa: DTZ001 - without a zone
)
def test_a_time_that_could_be_meant_otherwise_is_refused(value):
    """Seconds, fractions, and datetimes of nobody knows which time zone."""
    with pytest.raises(ConfigurationError, match="expires_at"):
        invitations.create(organization_id="o", invitee="a@example.com", expires_at=value)


@pytest.mark.parametrize("value", [float("nan"), object(), b"x", {1, 2}])
def test_what_json_cannot_say_is_refused(value):
    """NaN and objects of other kinds are an error here, not at the server."""
    with pytest.raises(ConfigurationError, match="JSON"):
        users.update_custom_data("id", {"x": value}).request(BASE, "t")


def test_a_query_has_what_is_given():
    """None is left out, truth is Logto's, and lists are repeated."""
    call = Call("GET", "x", nothing, query={"a": None, "b": True, "c": ["1", "2"], "d": "ä b"})

    assert call.request(BASE, "t").url == f"{BASE}/x?b=true&c=1&c=2&d=%C3%A4+b"


@pytest.mark.parametrize(("search", "sent_as"), [("ali", "%ali%"), ("ali%", "ali%"), ("", None), (None, None)])
def test_a_search_is_for_a_part(search, sent_as):
    """A pattern of one's own is sent as it is, and an empty text searches for nothing."""
    assert users.listed(search).query.get("search") == sent_as


def test_an_exact_search_is_exact_in_all_of_its_members():
    """Two members must both fit."""
    query = users.listed(username="alice", primary_email="a@example.com").query

    assert query["search.username"] == "alice"
    assert query["mode.primaryEmail"] == "exact"
    assert query["joint"] == "and"


@pytest.mark.parametrize(
    "route",
    [
        "",
        "logs",
        "//evil.example/x",
        "/a//b",
        "/../x",
        "/a/..",
        "/a/%2e%2e/b",
        "/a%2Fb",
        "/a?b",
        "/a#b",
        "/a b",
        "/a\n",
        None,
    ],
)
def test_a_route_that_leads_elsewhere_is_refused(route):
    """Only plain paths below the API."""
    with pytest.raises(ConfigurationError) as refused:
        raw.request("GET", route)

    assert refused.value.code == "configuration.api_path"


def test_a_method_that_there_is_not_is_refused():
    """Nothing can be smuggled in front of the path."""
    with pytest.raises(ConfigurationError):
        raw.request("GET /x HTTP/1.1", "/logs")


READ = Call("GET", "users/x", entity(User)).request(BASE, "t")


def test_an_object_keeps_what_this_version_does_not_know():
    """Unknown members are there under Logto's names, times as datetimes too, and a repr does not show them."""
    user = entity(User)(
        READ, answer({"id": "u", "createdAt": MOMENT, "brandNew": "s3cret", "customData": {"k": "s3cret"}})
    )

    assert user.model_extra == {"brandNew": "s3cret"}
    assert user.created == datetime.fromtimestamp(MOMENT / 1000, UTC)
    assert "s3cret" not in repr(user)


@pytest.mark.parametrize("body", [{}, {"id": 7}, {"id": "u", "createdAt": "today"}, {"id": "u", "isSuspended": [1]}])
def test_an_object_of_another_form_is_refused(body):
    """Nothing of it is used, and nothing of it stands in the message."""
    with pytest.raises(UnexpectedResponseError) as refused:
        entity(User)(READ, answer(body))

    assert refused.value.code == "response.unusable"


@pytest.mark.parametrize(
    "response",
    [
        answer([]),
        answer("text"),
        HttpResponse(200, {"content-type": "text/html"}, b"<html>"),
        HttpResponse(200, {"content-type": "application/json"}, b'{"id": "a", "id": "b"}'),
        HttpResponse(200, {"content-type": "application/json"}, b'{"id": "a"'),
    ],
)
def test_an_answer_that_is_no_object_is_refused(response):
    """Lists, texts, pages, members twice, and what was cut."""
    with pytest.raises(UnexpectedResponseError):
        entity(User)(READ, response)


@pytest.mark.parametrize("body", [{"items": []}, None, 7, [{"name": "no id"}], ["x"], [None]])
def test_an_answer_that_is_no_list_of_such_things_is_refused(body):
    """One bad item spoils the list."""
    with pytest.raises(UnexpectedResponseError):
        items_of(READ, answer(body), "", Role.model_validate)


def test_a_list_may_be_a_member_of_the_answer():
    """As sessions are."""
    assert [role.id for role in items_of(READ, answer({"roles": [{"id": "r"}]}), "roles", Role.model_validate)] == ["r"]
    with pytest.raises(UnexpectedResponseError):
        items_of(READ, answer([]), "roles", Role.model_validate)


def test_a_list_call_shows_no_query():
    """What was searched for may be somebody's address."""
    assert "alice@" not in repr(ListCall("users", User.model_validate, query={"search": "alice@example.com"}))


def test_an_argument_of_another_type_does_no_harm():
    """It is for the server to refuse; nothing here trips over it."""
    assert users.create(username="a", password=7).request(BASE, "t").confidential == ("t",)


@pytest.mark.parametrize("search", ["\ud800", "a\udfffb"])
def test_a_search_that_is_no_text_is_refused(search):
    """Half a surrogate pair cannot be sent."""
    with pytest.raises(ConfigurationError):
        Call("GET", "users", nothing, query=users.listed(search).query).request(BASE, "t")


def test_a_query_and_headers_are_by_name():
    """A text in their place is refused."""
    with pytest.raises(ConfigurationError):
        raw.request("GET", "/users", query="page=1").request(BASE, "t")
    with pytest.raises(ConfigurationError):
        hooks.create(name="h", events=["User.Created"], url="https://a.example", headers=["x-key"])
