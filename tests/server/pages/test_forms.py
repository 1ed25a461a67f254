"""Labels, browser hints and problems of the two forms."""

import pytest

from logto.server.pages.forms import Control, Form, Problem, problems_of, register_problems
from logto.server.pages.messages import Texts


@pytest.mark.parametrize(
    ("identifiers", "label", "control"),
    [
        (("username",), "Username", Control("text", "username", "text")),
        (("email",), "Email", Control("email", "email", "email")),
        (("phone",), "Phone number", Control("tel", "tel", "tel")),
        (("phone", "username"), "Username or phone number", Control("text", "username", "text")),
        ((), "Username, email or phone number", Control("text", "username", "text")),
        (("fax",), "Username, email or phone number", Control("text", "username", "text")),
    ],
)
def test_the_identifier_field_suits_what_it_takes(identifiers, label, control):
    """Label, keyboard and filling in follow the kinds of identifier; without a known kind all are taken."""
    form = Form(Texts("en"), identifiers, "", ())

    assert (form.label, form.control) == (label, control)


@pytest.mark.parametrize(
    ("error", "problems"),
    [
        (None, ()),
        ("password_required", (Problem("password_required", "password"),)),
        ("identifier_invalid", (Problem("identifier_invalid", "identifier"),)),
        ("too_many_attempts", (Problem("too_many_attempts"),)),
        ("something_new", (Problem("something_new"),)),
    ],
)
def test_a_sign_in_error_belongs_to_its_field(error, problems):
    """A code about a field stands at the field, any other one at the whole form."""
    assert problems_of(error) == problems


def test_sign_up_errors_follow_the_fields():
    """Problems come in the order of the form: the whole, the identifier, the password."""
    errors = {"password": "password_required", "identifier": "identifier_taken", "csrf": "csrf_invalid"}

    assert [problem.field for problem in register_problems(errors)] == ["", "identifier", "password"]


def test_only_a_refused_pair_marks_both_fields():
    """Throttling marks no field as wrong; refused credentials mark both."""
    throttled = Form(Texts("en"), (), "alice", problems_of("too_many_attempts"))
    refused = Form(Texts("en"), (), "alice", problems_of("invalid_credentials"))

    assert [throttled.mark(field).invalid for field in ("identifier", "password")] == [False, False]
    assert [refused.mark(field).invalid for field in ("identifier", "password")] == [True, True]
