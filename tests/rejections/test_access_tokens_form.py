"""Access tokens whose form, key or signature is not to be trusted (RFC 7515; RFC 8725), and anything else."""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logto import InvalidTokenError, LogtoException
from tests.flows.dialogue import API, ISSUER
from tests.protocol.test_strict_json import VALUES
from tests.rejections.api import Api, access_token, claims, serving
from tests.rejections.mint import ALGORITHMS, NOW, base64url, key, mint


@pytest.fixture
def api(colour):
    """An API in either colour."""
    with serving(colour) as running:
        yield running


def segments(token):
    """A token's three."""
    return token.split(".")


def altered(token, index, change):
    """The token with one segment changed."""
    parts = segments(token)
    parts[index] = change(parts[index])
    return ".".join(parts)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_good_algorithm(api, algorithm):
    """ES384 and RS256 as Logto has them, and the others that discovery may announce."""
    signer = key(algorithm)
    api.logto.keys, api.logto.algorithms = [signer], [algorithm]

    assert api.verify(access_token(signer, {"alg": algorithm})).scopes == {"read", "write", "shopping:read"}


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS1", "ES256K", "", ..., ["ES384"], None]
)
def test_no_other_algorithm(api, algorithm):
    """No signature, a shared secret, an unknown name or none: refused, and no newer keys are asked for."""
    for token in (
        access_token(header={"alg": algorithm}),
        access_token(header={"alg": algorithm}).rpartition(".")[0] + ".",
    ):
        assert api.refusal(token).code in ("token.algorithm_not_allowed", "token.malformed")
    assert api.logto.asked.count(f"{ISSUER}/jwks") == 1


def test_an_algorithm_that_is_not_announced(api):
    """A good signature in a way that discovery does not name is refused, also after discovery was asked again."""
    signer = key("ES256", "key-256")
    api.logto.keys = [key(), signer]

    assert api.refusal(access_token(signer)).code == "token.algorithm_not_allowed"


def test_public_key_as_hmac_secret(api):
    """A token signed with the public key as a shared secret is refused (CVE-2022-29217)."""
    secret = key().private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    forged = mint(
        claims(), header={"typ": "at+jwt", "alg": "HS256"}, sign=lambda text: hmac.digest(secret, text, hashlib.sha256)
    )

    assert api.refusal(forged).code == "token.algorithm_not_allowed"


SIGNATURES = {
    "altered": lambda token: altered(token, 2, lambda part: ("A" if part[0] != "A" else "B") + part[1:]),
    "payload altered": lambda token: altered(token, 1, lambda _: base64url(json.dumps(claims(sub="root")).encode())),
    "of another token": lambda token: altered(token, 2, lambda _: segments(access_token(sub="other"))[2]),
    "by another key": lambda _: mint(claims(), signer=key(), header={"typ": "at+jwt"}, sign=key("ES384", "evil").sign),
    "zeros": lambda token: altered(token, 2, lambda _: base64url(bytes(96))),
    "cut": lambda token: altered(token, 2, lambda part: part[:64]),
    "longer": lambda token: altered(token, 2, lambda part: part + "AAAA"),
    "empty": lambda token: altered(token, 2, lambda _: ""),
    "DER": lambda _: mint(claims(), header={"typ": "at+jwt"}, sign=_der),
}


def _der(message):
    return key().private.sign(message, ec.ECDSA(hashes.SHA384()))


@pytest.mark.parametrize("forge", SIGNATURES.values(), ids=SIGNATURES)
def test_a_forged_signature(api, forge):
    """It is refused however often it comes, also beside the good token, which is remembered."""
    good = access_token()
    api.verify(good)

    error = api.refusal(forge(good))

    assert (type(error), error.code) == (InvalidTokenError, "token.signature_invalid")
    assert api.verify(good).sub == "nv8ovftu4w70"
    assert api.logto.count(f"{ISSUER}/jwks") == 1


FORMS = {
    "no dots but no token": "\u2603",
    "empty": "",
    "dots": "..",
    "two segments": "a.b",
    "four": "a.b.c.d",
    "encrypted": "a.b.c.d.e",
    "nested": None,
    "white space": "x",
    "line break": "x",
    "padding": "x",
    "header an array": "x",
    "payload an array": "x",
    "payload no JSON": "x",
    "payload not UTF-8": "x",
    "member twice": "x",
    "NaN": "x",
    "deep": "x",
    "half a surrogate": "x",
    "huge number": "x",
    "too large": "x",
}


def malformed(name):
    """A token of a form that none has."""
    typed = {"typ": "at+jwt"}
    good = access_token()
    made = {
        "nested": lambda: mint(access_token().encode(), header={**typed, "cty": "JWT"}),
        "white space": lambda: f" {good}",
        "line break": lambda: f"{good}\n",
        "padding": lambda: f"{good}==",
        "header an array": lambda: mint(claims(), header=b"[]"),
        "payload an array": lambda: mint(b"[]", header=typed),
        "payload no JSON": lambda: mint(b"{'a': 1}", header=typed),
        "payload not UTF-8": lambda: mint(b'{"sub": "\xff"}', header=typed),
        "member twice": lambda: mint(b'{"aud": "a", "aud": "b"}', header=typed),
        "NaN": lambda: mint(b'{"exp": NaN}', header=typed),
        "deep": lambda: mint(b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}", header=typed),
        "half a surrogate": lambda: mint(b'{"sub": "\\ud800"}', header=typed),
        "huge number": lambda: mint(b'{"exp": ' + b"9" * 5000 + b"}", header=typed),
        "too large": lambda: access_token(padding="x" * 64_000),
    }
    return made[name]() if name in made else FORMS[name]


@pytest.mark.parametrize("name", FORMS)
def test_a_token_of_another_form(api, name):
    """What is no signed token in its one form is refused, at the first look and at the second."""
    error = api.refusal(malformed(name))

    assert type(error) is InvalidTokenError
    assert error.code in ("token.malformed", "token.too_large", "token.opaque")


@pytest.mark.parametrize("token", [None, 7, b"abc", ["a"], {"a": 1}, True], ids=repr)
def test_what_is_no_text(api, token):
    """Whatever else stands in a token's place is refused as malformed."""
    assert api.refusal(token).code == "token.malformed"


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
        {"kid": 7},
        {"kid": ["key-1"]},
    ],
    ids=repr,
)
def test_a_header_that_nobody_understands(api, header):
    """Extensions that change what a signature means, and names of keys that are none."""
    assert api.refusal(access_token(header=header)).code == "token.malformed"


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c"])
def test_a_token_does_not_bring_its_key(api, member):
    """A key in the header, or its address, is neither used nor fetched (CVE-2018-0114)."""
    evil = key("ES384", "evil")
    value = evil.jwk if member == "jwk" else ["MIIB"] if member == "x5c" else "https://evil.example/keys"

    error = api.refusal(access_token(evil, {member: value, "kid": "key-1"}))

    assert error.code == "token.signature_invalid"
    assert {url.split("/")[2] for url in api.logto.asked} == {"tenant.example"}


@pytest.mark.parametrize("kid", ["../../etc/passwd", "key-1'--", "KEY-1", "key-1 ", "", "\u0000"])
def test_a_key_that_nobody_has(api, kid):
    """A `kid` is a name in our own set, compared exactly, and nothing else."""
    assert api.refusal(access_token(header={"kid": kid})).code == "token.key_not_found"


def test_scopes_are_told_only_of_a_verified_token(api):
    """A forged token is a 401, whatever scopes it claims or lacks."""
    forged = SIGNATURES["by another key"]("")

    assert api.refusal(forged, scopes=["admin"]).status_code == 401


def test_nothing_of_a_refused_token_is_shown(api, caplog):
    """Neither an error nor the log repeats a token or a part of it."""
    caplog.set_level("DEBUG")
    for token in (access_token(aud="other"), SIGNATURES["altered"](access_token()), access_token(iat=NOW + 900)):
        error = api.refusal(token)

        told = f"{error}{error!r}{vars(error)}{caplog.text}"
        assert not [part for part in segments(token) if part in told]


GOOD = access_token()
CHANGED = st.dictionaries(st.sampled_from([*claims(), "nbf", "organization_id", "act", "x"]), VALUES, min_size=1)


@settings(
    derandomize=True, max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(max_size=60)
    | st.tuples(st.integers(0, len(GOOD) - 1), st.characters()).map(
        lambda at: GOOD[: at[0]] + at[1] + GOOD[at[0] + 1 :]
    )
    | CHANGED.map(lambda changes: access_token(**changes))
    | st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "x"]), VALUES).map(lambda h: access_token(header=h))
    | VALUES
)
def test_anything(fuzzed, token):
    """Whatever comes ends with an exception of ours, or was signed by the provider, for us."""
    try:
        found = fuzzed.verify(token)
    except LogtoException:
        return
    assert segments(token)[2] == segments(GOOD)[2] or found.aud in (API, [API])


@pytest.fixture(scope="module")
def fuzzed():
    """One API for all examples."""
    api = Api("blocking")
    yield api
    api.close()
