"""Return-to paths: whatever is accepted stays on its origin, as urllib and as a browser's rules have it."""

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.protocol.return_to import MAX_PATH, is_local_path

ORIGIN = "https://app.example"

STAY = [
    "/",
    "/profile",
    "/a/b/c",
    "/a//b",
    "/a?x=//evil.example",
    "/a?next=https://evil.example/@x",
    "/a#//evil.example",
    "/?x=%0d%0a",
    "/?x=%5c%5cevil.example",
    "/caf%C3%A9",
    "/a%20b",
    "/a:b",
    "/.",
    "/..",
    "/../x",
    "/~user/",
    "/a/@handle",
    "/%2e%2e/x",
    "/javascript:alert(1)",
    "/" + "x" * (MAX_PATH - 1),
]
LEAVE = [
    "",
    "evil",
    "?x",
    "#x",
    ".",
    "..//evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/a\\b",
    "/%2f/evil.example",
    "/%2F%2Fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%5C/evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0d%0a/evil.example",
    "/%00/evil.example",
    "/x%0d%0aset-cookie:%20a=b",
    "/%7f/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " /evil",
    "/ /evil.example",
    "/a b",
    "/\x00",
    "/\x7f",
    "http:evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "https://app.example@evil.example",
    "/@evil.example",
    "/user@evil.example",
    "/%40evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:x@evil.example",
    "/\u2215evil.example",
    "/\u2044evil.example",
    "\uff0f\uff0fevil.example",
    "/\uff0fevil.example",
    "/\u3002evil",
    "/\u00a0/evil.example",
    "/\u202eevil",
    "/\ud800",
    "/é",
    "/" + "x" * MAX_PATH,
    "/" + "x" * 4096,
]


def arrives(value, hops=2):
    """Where a browser, and a server in between that decodes once, would arrive: the origins."""
    origins = set()
    for _ in range(hops):
        # What browsers do before they read a URL: tabs and line breaks go, backslashes are slashes (WHATWG, 4.4).
        read = value.strip("".join(map(chr, range(33)))).translate({9: None, 10: None, 13: None}).replace("\\", "/")
        parts = urlsplit(urljoin(f"{ORIGIN}/callback", read))
        origins.add(f"{parts.scheme}://{parts.netloc}")
        value = unquote(value.partition("?")[0].partition("#")[0])
    return origins


@pytest.mark.parametrize("value", STAY)
def test_a_path_of_the_application_is_followed(value):
    """Honest paths with queries, fragments, colons and escapes pass, and do stay."""
    assert is_local_path(value) is True
    assert arrives(value) == {ORIGIN}


@pytest.mark.parametrize("value", LEAVE)
def test_whatever_could_lead_elsewhere_is_refused(value):
    """Hosts, schemes, backslashes, controls, user information, look-alikes and length, plain and escaped."""
    assert is_local_path(value) is False


PIECES = st.sampled_from(
    [
        "/",
        "//",
        "\\",
        "%2f",
        "%5c",
        "%2F",
        "%09",
        "%0a",
        "%00",
        "@",
        "%40",
        ":",
        "?",
        "#",
        ".",
        "..",
        "evil.example",
        "https:",
        "javascript:",
        "a",
        "%",
        "%252f",
        "%e2%88%95",
        ";",
        "&",
    ]
) | st.sampled_from("\t\n\r \x7f\u2215\uff0f")


@settings(derandomize=True, max_examples=400, deadline=None, database=None)
@given(st.lists(PIECES, max_size=7).map("".join).flatmap(lambda tail: st.sampled_from([tail, f"/{tail}", f"/a{tail}"])))
def test_nothing_that_is_accepted_leaves_the_origin(value):
    """Generated from the pieces that attacks are made of: what passes stays, decoded once or not, as urllib reads it."""
    if is_local_path(value):
        assert arrives(value) == {ORIGIN}
