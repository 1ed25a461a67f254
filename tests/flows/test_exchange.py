"""Acting in somebody's name: what is asked, and that nothing is kept."""

import pytest

from logto import TokenType
from logto.errors import ConfigurationError, NotAMemberError, TokenRequestError, UnexpectedResponseError
from logto.flows.exchange import exchange_token
from logto.flows.machine import MachineContext
from logto.flows.machine_tokens import MachineTokens
from tests.flows.dialogue import API, DISCOVERY, TOKEN, context, play
from tests.flows.honest_provider import METADATA, answer, refusal

GIVEN = answer({"access_token": "t1", "token_type": "Bearer", "expires_in": 3600, "scope": "read"})


@pytest.fixture
def ours():
    """A program."""
    return MachineContext(context(scopes=["read"]), MachineTokens())


def test_a_token_is_exchanged_each_time(ours):
    """The answer is returned whole, and the next call asks again."""
    form = {"subject_token": "sub_1", "resource": API, "scope": "read"}
    tokens = play(
        exchange_token(ours, "sub_1", resource=API), (("GET", DISCOVERY), METADATA), (("POST", TOKEN, form), GIVEN)
    )
    play(exchange_token(ours, "sub_1", resource=API), (("POST", TOKEN, form), GIVEN))

    assert (tokens.access_token, tokens.expires_in, tokens.scope) == ("t1", 3600, "read")
    assert len(ours.tokens) == 0


@pytest.mark.parametrize(
    ("arguments", "form"),
    [
        ({"subject_token": "pat_1"}, {"subject_token_type": "urn:logto:token-type:personal_access_token"}),
        ({"subject_token": "sub_1"}, {"subject_token_type": "urn:ietf:params:oauth:token-type:access_token"}),
        (
            {"subject_token": "sub_1", "subject_token_type": TokenType.impersonation_token},
            {"subject_token_type": "urn:logto:token-type:impersonation_token"},
        ),
        (
            {"subject_token": "sub_1", "actor_token": "a1"},
            {"actor_token": "a1", "actor_token_type": "urn:ietf:params:oauth:token-type:access_token"},
        ),
        ({"subject_token": "sub_1", "organization_id": "acme", "scopes": []}, {"organization_id": "acme"}),
    ],
)
def test_the_arguments_reach_the_form(ours, arguments, form):
    """The kind of a token is told by its looks, unless given."""
    play(exchange_token(ours, **arguments), (("GET", DISCOVERY), METADATA), (("POST", TOKEN, form), GIVEN))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (refusal("invalid_grant"), TokenRequestError),
        (refusal("access_denied", 403), NotAMemberError),
        (answer({"token_type": "Bearer"}), UnexpectedResponseError),
        (answer({"access_token": "t", "token_type": "N_A"}), UnexpectedResponseError),
    ],
)
def test_refusals_and_nonsense_are_typed(ours, given, kind):
    """Nothing of a bad answer is used."""
    with pytest.raises(kind):
        play(
            exchange_token(ours, "sub_1", organization_id="acme"),
            (("GET", DISCOVERY), METADATA),
            (("POST", TOKEN), given),
        )


@pytest.mark.parametrize("token", ["", None, 1, "a\nb", "Bearer abc", "tökén", "x" * 70_000])
@pytest.mark.parametrize("name", ["subject_token", "actor_token"])
def test_what_is_no_token_is_refused_before_a_request(ours, name, token):
    """The error does not repeat it."""
    if name == "actor_token" and token is None:
        token = ""
    with pytest.raises(ConfigurationError) as caught:
        play(exchange_token(ours, **{"subject_token": "sub_1", name: token}))
    assert caught.value.code == "configuration.token"
    assert not token or str(token) not in str(caught.value)
