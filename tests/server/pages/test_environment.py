"""What the templates may do."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from logto.server.pages.environment import environment, python_literal, safe_url


@pytest.mark.parametrize("url", ["/", "/sign-in?app_id=1#x", "https://app.example/cb?a=1", "HTTP://localhost:3000/"])
def test_safe_urls_pass(url):
    """A path on this server and an http(s) URL pass unchanged."""
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sign-in",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http:evil.example",
        "http:///path",
        "https://[",
        "https://app.example/\x00",
    ],
)
def test_unsafe_urls_are_refused(url):
    """Scripts, documents, files, relative paths and other hosts in disguise raise ValueError."""
    with pytest.raises(ValueError):  # noqa: PT011  the standard library words the one for "https://["
        safe_url(url)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_python_literal_reads_back(text):
    """A literal is read by Python as the very text it was made from, on one line."""
    assert ast.literal_eval(python_literal(text)) == text


def test_templates_escape_and_demand():
    """Values are escaped without being asked for, and a name that is not given is an error."""
    assert environment.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError):
        environment.from_string("{{ y }}").render()
