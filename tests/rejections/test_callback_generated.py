"""Callback URLs that nobody would write: only a LogtoException, or the exchange of the right one."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import LogtoException
from logto.flows import handle_sign_in_callback
from tests.flows.dialogue import ISSUER, REDIRECT_URI, Conversation
from tests.rejections.visit import Visit

GENERATED = Visit()
NASTY = st.text(max_size=40) | st.sampled_from(["", "\0", "%00", "\ud800", "'\"<>", "..", "a&b=c", "x" * 5000])


@settings(derandomize=True, max_examples=150, deadline=None, database=None)
@given(
    place=st.sampled_from([REDIRECT_URI, "", "http://[", "https://app.example:99999/callback"]) | NASTY,
    parameters=st.lists(st.tuples(st.sampled_from(["state", "code", "iss", "error", "x", "state[]"]) | NASTY, NASTY)),
    raw=st.booleans(),
    ours_state=st.booleans(),
)
def test_whatever_comes_back_is_a_refusal_of_ours(place, parameters, raw, ours_state):
    """Any text as a callback URL is refused with a LogtoException; no code leaves, and the sign-in stays pending."""
    visit = GENERATED
    state = dict(parse_qsl(urlsplit(visit.callback).query))["state"] if ours_state else ""
    pairs = [(name, value) for name, value in parameters if not (ours_state and name in ("state", "error"))]
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    if not raw:
        joined = urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in _encodable(pairs)])
    callback = f"{place}?{joined}&state={state}"

    conversation = Conversation(handle_sign_in_callback(visit.ours, callback))

    if conversation.asked is None:
        with pytest.raises(LogtoException):
            _ = conversation.result
        assert visit.shelf.values == visit.pending
    else:
        assert ("iss", ISSUER) in pairs


def _encodable(pairs):
    return [(name.encode("utf-8", "surrogatepass"), value) for name, value in pairs]
