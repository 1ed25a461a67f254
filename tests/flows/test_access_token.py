"""Covers flows/access_token.py: what a verification asks for, by hand."""

import pytest

from logto import ExpiredTokenError, InvalidTokenError, TokenRequirement
from logto.client.introspected_tokens import IntrospectedTokens
from logto.client.verified_tokens import VerifiedTokens
from logto.errors import InsufficientScopeError
from logto.flows.access_token import judge_access_token, verify_access_token_of_request
from logto.flows.provider_state import ProviderState
from logto.flows.verifier_context import VerifierContext
from logto.models.verifier_config import VerifierConfig
from logto.protocol.token_requirement import NOTHING
from logto.transports.base import Meanwhile
from tests.flows.dialogue import API, DISCOVERY, ENDPOINT, JWKS, Clock, Conversation, HandTurns, play
from tests.flows.honest_provider import KEYS, METADATA
from tests.rejections.api import access_token
from tests.rejections.mint import NOW


def verifier(**settings):
    """What a verification may touch, with nothing from outside."""
    given = {
        "issuer": "",
        "organizations": False,
        "client_ids": None,
        "roles_claim": "roles",
        "introspection": None,
        "clock_tolerance": 60.0,
        "timeout": 8.0,
        **settings,
    }
    return VerifierContext(
        config=VerifierConfig.of(ENDPOINT, API, **given),
        provider=ProviderState(),
        turns=HandTurns(),
        now=Clock(),
        background=Meanwhile,
        verified=VerifiedTokens(10),
        introspected=IntrospectedTokens(),
    )


COLD = ((("GET", DISCOVERY), METADATA), (("GET", JWKS), KEYS))


def test_a_cold_verification_asks_for_metadata_and_keys():
    """And a warm one for nothing: it is judged without a conversation, a token that nobody has seen too."""
    ours, token = verifier(), access_token()
    assert judge_access_token(ours, token, NOTHING) is None

    claims = play(verify_access_token_of_request(ours, token, NOTHING), *COLD)

    assert judge_access_token(ours, token, NOTHING) is claims
    assert judge_access_token(ours, access_token(jti="2"), NOTHING).jti == "2"
    assert len(ours.verified) == 2


def test_an_expired_token_is_forgotten():
    """What has expired is refused from memory, and takes no room any more."""
    ours, token = verifier(), access_token(exp=NOW + 100)
    play(verify_access_token_of_request(ours, token, NOTHING), *COLD)
    assert len(ours.verified) == 1

    ours.now.now += 200
    with pytest.raises(ExpiredTokenError):
        judge_access_token(ours, token, NOTHING)

    assert len(ours.verified) == 0


def test_what_a_request_needs_is_asked_of_a_recalled_token_too():
    """Memory holds what is true of the token, not what it was allowed."""
    ours, token = verifier(), access_token()
    play(verify_access_token_of_request(ours, token, TokenRequirement(scopes=["read"])), *COLD)

    with pytest.raises(InsufficientScopeError):
        judge_access_token(ours, token, TokenRequirement(scopes=["admin"]))
    with pytest.raises(InsufficientScopeError):
        judge_access_token(ours, token, NOTHING, "acme")


def test_a_remembered_token_lets_the_keys_be_renewed():
    """After an hour nothing is judged before a conversation has begun to renew metadata and keys; nobody waits for it."""
    ours, token = verifier(), access_token(exp=NOW + 86_400)
    claims = play(verify_access_token_of_request(ours, token, NOTHING), *COLD)
    ours.now.now += 3600
    assert judge_access_token(ours, token, NOTHING) is None

    conversation = Conversation(verify_access_token_of_request(ours, token, NOTHING))

    assert conversation.result is claims
    assert len(conversation.background) == 2
    assert judge_access_token(ours, token, NOTHING) is claims


@pytest.mark.parametrize(
    "token", [access_token(aud="other"), access_token(exp=NOW - 100), access_token(header={"typ": "JWT"}), "a.b.c"]
)
def test_what_is_not_for_us_asks_for_no_newer_keys(token):
    """A token of another kind, audience or time is refused with the keys at hand, however often it comes."""
    ours = verifier()
    play(verify_access_token_of_request(ours, access_token(), NOTHING), *COLD)

    with pytest.raises((InvalidTokenError, ExpiredTokenError)):
        play(verify_access_token_of_request(ours, token, NOTHING))


def test_an_opaque_token_asks_nobody_unless_that_was_chosen():
    """Without introspection it is refused at once."""
    with pytest.raises(InvalidTokenError) as caught:
        play(verify_access_token_of_request(verifier(), "x" * 43, NOTHING))

    assert caught.value.code == "token.opaque"
    assert "resource" in caught.value.hint
