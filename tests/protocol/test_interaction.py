"""Wishes for what the user meets at Logto, as query parameters."""

import pytest

from logto import ConfigurationError
from logto.protocol.interaction import RESERVED_PARAMETERS, Interaction


def test_without_wishes_only_the_default_prompt_is_said():
    """Nothing is sent that nobody asked for."""
    assert Interaction().parameters(("consent",)) == [("prompt", "consent")]
    assert Interaction().parameters(()) == []


def test_a_prompt_replaces_the_configuration_s():
    """One or several, in either form."""
    for prompt in ("login consent", ["login", "consent"]):
        assert Interaction(prompt=prompt).parameters(("none",)) == [("prompt", "login consent")]


@pytest.mark.parametrize("name", ["first_screen", "interaction_mode", "identifier", "direct_sign_in"])
def test_what_is_checked_as_an_argument_cannot_come_unchecked(name):
    """A wrong one would make Logto drop every extra parameter, so none goes past its own check."""
    with pytest.raises(ConfigurationError) as refusal:
        Interaction(extra_params={name: "nonsense"}).parameters(("consent",))
    assert refusal.value.code == "configuration.reserved_parameter"


@pytest.mark.parametrize("name", ["state", "nonce", "code_challenge", "code_challenge_method", "client_id", "scope"])
def test_what_protects_a_sign_in_is_reserved(name):
    """No extra parameter can replace them."""
    assert name in RESERVED_PARAMETERS
