"""ID tokens whose form or header must be refused, and those that must not (RFC 7515, RFC 8725)."""

import pytest

from logto.errors import InvalidTokenError
from logto.protocol.id_token import TYPES
from tests.rejections.mint import ec_key, key, key_set, mint, refusal, verify

GOOD = mint()
HEAD, PAYLOAD, SIGNATURE = GOOD.split(".")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(None, id="null"),
        pytest.param(7, id="number"),
        pytest.param([GOOD], id="list"),
        pytest.param({"token": GOOD}, id="object"),
        pytest.param(GOOD.encode(), id="bytes"),
        pytest.param("", id="empty"),
        pytest.param("..", id="dots"),
        pytest.param(f"{HEAD}.{PAYLOAD}", id="missing-segment"),
        pytest.param(f"{GOOD}.", id="four-segments"),
        pytest.param(f"{GOOD}.{PAYLOAD}.{SIGNATURE}", id="five-segments"),
        pytest.param("." * 60_000, id="many-segments"),
        pytest.param(f"{HEAD}=.{PAYLOAD}.{SIGNATURE}", id="padded-header"),
        pytest.param(f"{HEAD}.{PAYLOAD}==.{SIGNATURE}", id="padded-payload"),
        pytest.param(f"{GOOD}==", id="padded-signature"),
        pytest.param(f" {GOOD}", id="space-before"),
        pytest.param(f"{GOOD}\n", id="newline-after"),
        pytest.param(f"{HEAD}. {PAYLOAD}.{SIGNATURE}", id="space-inside"),
        pytest.param(f"{HEAD}.{PAYLOAD[:8]}\n{PAYLOAD[8:]}.{SIGNATURE}", id="newline-inside"),
        pytest.param(f"{HEAD}.{PAYLOAD}.{SIGNATURE[:-4]}+/+/", id="base64-instead-of-base64url"),
        pytest.param(f"{HEAD}.{PAYLOAD}.{SIGNATURE[:-3]}", id="three-characters-short"),
        pytest.param(f"{HEAD}.{PAYLOAD}.{SIGNATURE[:-3]}\u00e9\u00e9\u00e9", id="not-ascii"),
        pytest.param(f"{HEAD}.{PAYLOAD}.\ud800", id="surrogate"),
        pytest.param(f"{HEAD}.{PAYLOAD}.\x00", id="nul"),
    ],
)
def test_form(token):
    """What is not three segments of base64url is refused."""
    error = refusal(token)

    assert (type(error), error.code) == (InvalidTokenError, "token.malformed")


def test_spare_bits_of_base64url():
    """A signature has one spelling: bits that belong to no byte must be zero."""
    signer = key("ES256")
    token = mint(signer=signer)
    twin = token[:-1] + {"A": "B", "Q": "R", "g": "h", "w": "x"}[token[-1]]

    assert refusal(twin, key_set(signer), algorithms=["ES256"]).code == "token.malformed"


def test_size():
    """A token of more than 64 kB is not looked into."""
    assert refusal(f"{HEAD}.{'A' * 65_536}.{SIGNATURE}").code == "token.too_large"


DEEP = b"[" * 20_000 + b"]" * 20_000
STRANGE_JSON = [
    pytest.param(b"[]", id="array"),
    pytest.param(b"null", id="null"),
    pytest.param(b'"text"', id="string"),
    pytest.param(b"", id="empty"),
    pytest.param(b"{", id="cut-short"),
    pytest.param(b"{} {}", id="two-values"),
    pytest.param(b"\xef\xbb\xbf{}", id="byte-order-mark"),
    pytest.param(b'{"a": "\xff"}', id="not-utf-8"),
    pytest.param('{"a": 1}'.encode("utf-16"), id="utf-16"),
    pytest.param(b'{"a": "\\ud800"}', id="lone-surrogate"),
    pytest.param(b'{"\\udfff": 1}', id="lone-surrogate-in-a-name"),
    pytest.param(b'{"a": [{"b": "\\ud800x"}]}', id="lone-surrogate-inside"),
    pytest.param(b'{"a": 1, "a": 1}', id="duplicate-member"),
    pytest.param(b'{"a": {"b": 1, "\\u0062": 2}}', id="duplicate-member-inside"),
    pytest.param(b'{"a": NaN}', id="nan"),
    pytest.param(b'{"a": -Infinity}', id="infinity"),
    pytest.param(b'{"a": 1e999}', id="1e999"),
    pytest.param(b'{"a": ' + b"9" * 5000 + b"}", id="5000-digits"),
    pytest.param(b'{"a": -' + b"9" * 101 + b"}", id="101-digits"),
    pytest.param(b'{"a": 01}', id="leading-zero"),
    pytest.param(b"{'a': 1}", id="single-quotes"),
    pytest.param(b'{"a": "\n"}', id="control-character"),
    pytest.param(b'{"a": ' + DEEP + b"}", id="nested-without-end"),
    pytest.param(b'{"a":' * 101 + b"1" + b"}" * 101, id="nested-101-deep"),
]


@pytest.mark.parametrize("json_text", STRANGE_JSON)
def test_json_of_the_payload(json_text):
    """A payload that two readers could understand differently is refused, though its signature is good."""
    assert refusal(mint(json_text)).code == "token.malformed"


@pytest.mark.parametrize("json_text", STRANGE_JSON)
def test_json_of_the_header(json_text):
    """A header that two readers could understand differently is refused."""
    header = json_text.replace(b'{"a"', b'{"alg": "ES384", "a"', 1)

    assert refusal(mint(header=header)).code == "token.malformed"


# --- headers


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("crit", ["exp"]),
        ("crit", ["urn:unknown"]),
        ("crit", []),
        ("crit", None),
        ("crit", "exp"),
        ("b64", False),
        ("b64", True),
        ("kid", 1),
        ("kid", None),
        ("kid", ["key-1"]),
        ("typ", 1),
        ("typ", ["JWT"]),
        ("typ", None),
    ],
)
def test_header_members(member, value):
    """Extensions that a signature depends on, and header members of wrong types, are refused."""
    header = {"b64": False, "crit": ["b64"]} if member == "b64" and value is False else {member: value}
    error = refusal(mint(header=header))

    assert error.code == "token.malformed"
    assert error.claim in header


@pytest.mark.parametrize(
    "kind", ["at+jwt", "application/at+jwt", "AT+JWT", "logout+jwt", "secevent+jwt", "dpop+jwt", ""]
)
def test_type_of_another_token(kind):
    """A token of another kind does not pass for an ID token."""
    error = refusal(mint(header={"typ": kind}))

    assert (error.code, error.claim) == ("token.type_invalid", "typ")
    assert len(error.expected) == len(TYPES)


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": dict(ec_key("ES384", "mine").jwk)},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/certificate"},
        {"x5c": ["MIIB"]},
    ],
)
def test_key_in_the_header(header):
    """A key that the token itself brings or points to is not used (CVE-2018-0114)."""
    stranger = ec_key("ES384", "mine")
    if "jwk" in header:
        header = {"jwk": dict(stranger.jwk)}

    assert refusal(mint(signer=stranger, header=header)).code == "token.key_not_found"
    assert refusal(mint(signer=stranger, header={**header, "kid": "key-1"})).code == "token.signature_invalid"
    assert verify(mint(header=header)).claims.sub


# --- what must work


@pytest.mark.parametrize("kind", [..., "JWT", "jwt", "application/jwt"])
def test_types_that_must_work(kind):
    """An ID token says that it is a JWT, or says nothing."""
    assert verify(mint(header={"typ": kind})).claims.sub
