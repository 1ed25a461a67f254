"""What the things that Logto's own APIs tell of have in common: times, names, reprs, and pages."""

import pickle
from datetime import UTC, datetime

import pytest

from logto import NOT_GIVEN
from logto.models import management
from logto.models.api import LATEST, Page, Told, moment

KINDS = [kind for kind in vars(management).values() if isinstance(kind, type) and issubclass(kind, Told)]
SECRETS = {
    "ApplicationSecret": ("value", {"name": "n", "value": "s3cret"}),
    "Application": ("secret", {"id": "a", "secret": "s3cret"}),
    "PersonalAccessToken": ("value", {"name": "n", "value": "s3cret"}),
    "SubjectToken": ("subject_token", {"subjectToken": "s3cret", "expiresIn": 600}),
    "Hook": ("signing_key", {"id": "h", "signingKey": "s3cret"}),
    "HookConfig": ("headers", {"headers": {"x-key": "s3cret"}}),
}


def test_a_time_is_a_datetime_in_utc():
    """Milliseconds and all."""
    assert moment(1_795_349_534_256) == datetime(2026, 11, 22, 12, 12, 14, 256000, UTC)


@pytest.mark.parametrize("milliseconds", [None, -1, LATEST + 1, 10**30])
def test_a_time_that_no_datetime_can_be_is_none(milliseconds):
    """A server may send any number."""
    assert moment(milliseconds) is None
    assert moment(LATEST).year == 9999


def test_not_given_is_one_value_everywhere():
    """Also in another process."""
    assert pickle.loads(pickle.dumps(NOT_GIVEN)) is NOT_GIVEN  # noqa: S301 - our own bytes
    assert repr(NOT_GIVEN) == "NOT_GIVEN"


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("show", [repr, str])
def test_a_secret_is_told_and_not_shown(name, show):
    """It is an attribute, and in no repr or text."""
    member, told = SECRETS[name]
    thing = getattr(management, name).model_validate(told)

    assert "s3cret" in str(getattr(thing, member))
    assert "s3cret" not in show(thing)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_new_at_logto_is_kept_and_not_shown(kind):
    """An unknown member may be anything, a secret too."""
    told = {"id": "i", "name": "n", "value": "v", "subjectToken": "t", "expiresIn": 1, "payload": {"uid": "u"}}
    thing = kind.model_validate({**told, "brandNew": "s3cret"})

    assert thing.model_extra["brandNew"] == "s3cret"
    assert "s3cret" not in repr(thing) + str(thing)
    assert thing.model_dump(by_alias=True)["brandNew"] == "s3cret"


def test_nothing_changes_what_was_told():
    """A change is a call, not an assignment."""
    user = management.User(id="u")
    with pytest.raises(ValueError, match="frozen"):
        user.name = "other"


def test_a_page_is_a_sequence_of_its_items():
    """It can be counted and walked through."""
    page = Page(["a", "b"], total=7, number=2, size=2)

    assert (list(page), len(page), page.total) == (["a", "b"], 2, 7)
    assert repr(page) == "Page(number=2, size=2, total=7, items=['a', 'b'])"
