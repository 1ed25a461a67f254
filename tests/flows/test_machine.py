"""A program's access tokens: what is asked, when, and what a failure leaves."""

import logging

import pytest

from logto.errors import (
    ClientAuthenticationError,
    ConfigurationError,
    NotAMemberError,
    ResourceNotGrantedError,
    TokenRequestError,
    TransportError,
)
from logto.flows.machine import (
    MachineContext,
    get_access_token,
    get_access_token_claims,
    get_organization_token,
    get_organization_token_claims,
)
from logto.flows.machine_tokens import MachineTokens
from tests.flows.dialogue import API, DISCOVERY, TOKEN, Clock, Conversation, context, fields, play
from tests.flows.honest_provider import METADATA, answer, refusal
from tests.rejections.mint import CLIENT_ID, mint

DOWN = TransportError("down", code="transport.refused")


class Machine:
    """A program, its clock, and the tokens that it is given: t1, t2 and so on."""

    def __init__(self, **settings):
        self.clock = Clock()
        self.context = MachineContext(context(clock=self.clock, **settings), MachineTokens())
        self.asked = []
        self.background = []

    def begin(self, flow=get_access_token, *args, **kwargs):
        """A conversation that stands still at its first request."""
        return Conversation(flow(self.context, *(args or (API,)), **kwargs))

    def get(self, flow=get_access_token, *args, answers=(), lifetime=3600, **kwargs):
        """What a conversation comes to; tokens are given unless `answers` has something else."""
        return self.end(self.begin(flow, *args, **kwargs), answers, lifetime)

    def end(self, conversation, answers=(), lifetime=3600):
        """The same for one that was begun."""
        left = list(answers)
        while conversation.asked is not None:
            request = conversation.asked
            if request.url == DISCOVERY:
                conversation.answer(METADATA)
                continue
            self.asked.append(fields(request))
            given = {"access_token": f"t{len(self.asked)}", "token_type": "Bearer", "expires_in": lifetime}
            conversation.answer(left.pop(0) if left else answer(given))
        self.background += conversation.background
        return conversation.result

    def renew(self, answers=()):
        """Carries the renewals that were begun in the background."""
        flows, self.background = self.background, []
        for flow in flows:
            self.end(Conversation(flow), answers)


@pytest.fixture
def machine():
    return Machine()


def test_a_token_is_asked_for_once_and_kept(machine):
    """The first call asks for metadata and a token; the second one asks nobody."""
    assert machine.get(scopes=["write", "read"]) == "t1"
    assert play(get_access_token(machine.context, API, scopes="read write")) == "t1"
    assert machine.asked == [{"grant_type": "client_credentials", "resource": API, "scope": "read write"}]


def test_scopes_are_the_configurations_unless_given():
    """`scopes` of the configuration are asked for; an empty list asks for none."""
    machine = Machine(scopes=["read"])
    machine.get()
    machine.get(scopes=[])

    assert [asked.get("scope") for asked in machine.asked] == ["read", None]


def test_each_target_has_its_own_token(machine):
    """Resource, organization and scopes tell tokens apart."""
    tokens = [
        machine.get(),
        machine.get(scopes=["read"]),
        machine.get(organization_id="acme"),
        machine.get(get_organization_token, "acme"),
        machine.get(get_organization_token, "beta"),
    ]
    again = machine.get(get_access_token, "urn:logto:organization:acme")

    assert tokens == ["t1", "t2", "t3", "t4", "t5"]
    assert again == "t4"
    assert machine.asked[2]["organization_id"] == machine.asked[3]["organization_id"] == "acme"
    assert "resource" not in machine.asked[3]


def test_claims_are_read_from_the_token(machine):
    """They tell which scopes were granted."""
    claims = {
        "iss": "i",
        "aud": API,
        "sub": CLIENT_ID,
        "client_id": CLIENT_ID,
        "iat": 1,
        "exp": 2,
        "jti": "j",
        "scope": "read",
    }
    given = answer({"access_token": mint(claims), "token_type": "Bearer", "expires_in": 3600})

    assert machine.get(get_access_token_claims, API, scopes="read write", answers=[given]).scope == "read"
    assert machine.get(get_organization_token_claims, "acme", answers=[given]).sub == CLIENT_ID


def test_a_token_is_renewed_in_the_background_while_the_old_one_lives(machine):
    """A minute before its end the old one is handed out at once, and a new one is fetched, once."""
    machine.get()
    machine.clock.now += 3539
    assert play(get_access_token(machine.context, API)) == "t1"
    machine.clock.now += 1
    first, second = machine.begin(), machine.begin()
    assert (first.result, second.result) == ("t1", "t1")
    assert (len(first.background), len(second.background)) == (1, 0)
    machine.background = first.background
    machine.renew()

    assert play(get_access_token(machine.context, API)) == "t2"


def test_a_failed_renewal_keeps_the_live_token_and_is_not_repeated_at_once(machine, caplog):
    """The old token is used on; the next attempt waits for its pause."""
    machine.get()
    machine.clock.now += 3540
    machine.get()
    machine.renew(answers=[DOWN])
    assert machine.begin().background == []
    assert machine.get() == "t1"
    machine.clock.now += 1
    assert machine.get() == "t1"
    machine.renew()

    assert machine.get() == "t3"
    assert "transport.refused" in caplog.text


def test_the_last_seconds_of_a_token_are_used_if_no_new_one_comes(machine):
    """10 s before its end a new token is waited for; if none comes, the old one is handed out until its end."""
    machine.get()
    machine.clock.now += 3595
    assert machine.get(answers=[DOWN]) == "t1"
    machine.clock.now += 5
    with pytest.raises(TransportError):
        machine.get(answers=[DOWN])


def test_an_expired_token_is_never_handed_out(machine):
    """After its end a new one is fetched first."""
    machine.get()
    machine.clock.now += 3600

    assert machine.get() == "t2"


def test_a_token_without_a_life_is_handed_out_once(machine):
    """`expires_in` of zero: each call asks anew."""
    assert [machine.get(lifetime=0) for _ in range(2)] == ["t1", "t2"]


def test_conversations_that_wait_share_one_answer(machine):
    """Two ask for the same: the second one waits, and asks nobody."""
    machine.get(get_access_token, "https://other.example")
    first, second = machine.begin(), machine.begin()
    assert second.queues
    machine.end(first)

    assert second.go_on().result == "t2"


def test_conversations_that_wait_share_one_failure(machine):
    """The second one raises what the first one met, and asks nobody."""
    machine.get(get_access_token, "https://other.example")
    first, second = machine.begin(), machine.begin()
    with pytest.raises(TransportError):
        machine.end(first, [DOWN])

    with pytest.raises(TransportError) as caught:
        _ = second.go_on().result
    assert caught.value.code == "transport.refused"


def test_a_failure_is_not_hammered(machine):
    """Within the pause, callers get the same error without a request; then the server is asked again."""
    machine.get(get_access_token, "https://other.example")
    with pytest.raises(TransportError):
        machine.get(answers=[DOWN])
    asked = len(machine.asked)
    for _ in range(3):
        with pytest.raises(TransportError):
            machine.get()
    assert len(machine.asked) == asked
    machine.clock.now += 1

    assert machine.get()


@pytest.mark.parametrize(
    ("arguments", "given", "kind"),
    [
        ((get_access_token, API), refusal("invalid_target"), ResourceNotGrantedError),
        ((get_organization_token, "acme"), refusal("access_denied", 403), NotAMemberError),
        ((get_access_token, API), refusal("invalid_client", 401), ClientAuthenticationError),
        ((get_access_token, API), refusal("invalid_scope"), TokenRequestError),
    ],
)
def test_refusals_are_typed(machine, arguments, given, kind):
    """What the server refuses is an exception of its own kind."""
    with pytest.raises(kind):
        machine.get(*arguments, answers=[given])


def test_a_refused_token_is_replaced_once(machine):
    """Two callers were refused the same token: one request, and both get the new one."""
    machine.get()
    first, second = machine.begin(instead_of="t1"), machine.begin(instead_of="t1")
    assert second.queues
    assert machine.end(first) == "t2"
    assert second.go_on().result == "t2"
    assert play(get_access_token(machine.context, API, instead_of="t1")) == "t2"


def test_an_api_that_refuses_every_token_does_not_make_us_hammer(machine, caplog):
    """After two replacements the same token is returned for a while."""
    tokens = [machine.get()]
    for _ in range(4):
        tokens.append(machine.get(instead_of=tokens[-1]))

    assert tokens == ["t1", "t2", "t3", "t3", "t3"]
    assert "refuses" in caplog.text


def test_a_refused_token_that_cannot_be_replaced_is_an_error(machine):
    """It is not handed out again as if it were good."""
    machine.get()
    with pytest.raises(TransportError):
        machine.get(instead_of="t1", answers=[DOWN])
    assert play(get_access_token(machine.context, API)) == "t1"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((get_access_token, ""), "configuration.resource"),
        ((get_access_token, "https://api.example.com#x"), "configuration.resource"),
        ((get_access_token, "https://api.example.com https://b.example"), "configuration.resource"),
        ((get_access_token, None), "configuration.resource"),
        ((get_organization_token, ""), "configuration.organization_id"),
        ((get_organization_token, None), "configuration.organization_id"),
        ((get_organization_token, "a\nb"), "configuration.organization_id"),
        ((get_access_token, "urn:logto:organization:"), "configuration.organization_id"),
    ],
)
def test_arguments_are_checked_before_a_request(machine, arguments, code):
    """Nothing leaves with a target that can be none."""
    with pytest.raises(ConfigurationError) as caught:
        _ = machine.begin(*arguments).result
    assert caught.value.code == code


@pytest.mark.parametrize("scopes", [["read write"], [""], ['a"b'], [1], ["é"]])
def test_scopes_are_words(machine, scopes):
    """What would be two scopes, or none, is refused."""
    with pytest.raises(ConfigurationError) as caught:
        _ = machine.begin(scopes=scopes).result
    assert caught.value.code == "configuration.scopes"


def test_an_application_without_a_secret_cannot_act_in_its_own_name():
    """The error comes before a request."""
    with pytest.raises(ConfigurationError) as caught:
        _ = Machine(app_secret=None).begin().result
    assert caught.value.code == "configuration.app_secret"


def test_no_token_and_no_secret_is_logged(machine, caplog):
    """Whatever happens, at every level."""
    caplog.set_level(logging.DEBUG)
    echo = refusal("invalid_client", 401, "s3cr3t-of-the-application")
    machine.get()
    machine.clock.now += 3540
    machine.get()
    machine.renew(answers=[echo])
    with pytest.raises(ClientAuthenticationError) as caught:
        machine.get(instead_of="t1", answers=[echo])

    assert "s3cr3t-of" not in caplog.text + str(caught.value) + repr(vars(caught.value))


def test_the_metadata_is_fetched_once(machine):
    """It is shared by all targets."""
    conversation = machine.begin()
    assert conversation.asked.url == DISCOVERY
    machine.end(conversation)

    assert machine.begin(get_access_token, "https://other.example").asked.url == TOKEN
