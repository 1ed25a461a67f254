"""A user's own email address and phone number."""

import pytest

KINDS = [("email", "new@example.com", "primaryEmail"), ("phone", "12025559999", "primaryPhone")]


@pytest.mark.parametrize(("kind", "value", "member"), KINDS)
def test_a_proved_identifier_is_taken(account, kind, value, member):
    """With proof of the user and proof of the new one; the latter serves once."""
    account.prove()
    record = account.receive_code(kind, value)
    body = {kind: value, "newIdentifierVerificationRecordId": record}
    account.call(204, "POST", f"/my-account/primary-{kind}", body)
    assert account.call(200, "GET", "/my-account")[member] == value
    assert account.code(400, "POST", f"/my-account/primary-{kind}", body) == "verification_record.not_found"


@pytest.mark.parametrize(("kind", "value", "member"), KINDS)
def test_an_identifier_can_go(account, kind, value, member):
    """With proof."""
    path = f"/my-account/primary-{kind}"
    assert account.code(401, "DELETE", path) == "verification_record.permission_denied"
    account.prove()
    account.call(204, "DELETE", path)
    assert account.call(200, "GET", "/my-account")[member] is None


def test_the_last_identifier_stays(account):
    """Nobody locks themself out."""
    account.prove()
    for path in ("/my-account/primary-email", "/my-account/primary-phone"):
        account.call(204, "DELETE", path)
    refusal = account.code(400, "PATCH", "/my-account", {"username": None})
    assert refusal == "user.last_sign_in_method_required"


def test_an_unproved_identifier_is_refused(account):
    """Not without the user's proof, not with an unverified record, another value's, or another kind's."""
    body = {"email": "new@example.com", "newIdentifierVerificationRecordId": "x"}
    assert account.code(401, "POST", "/my-account/primary-email", body) == "verification_record.permission_denied"
    account.prove()
    identifier = {"identifier": {"type": "email", "value": "new@example.com"}}
    unverified = account.call(201, "POST", "/verifications/verification-code", identifier)["verificationRecordId"]
    others = [
        "x",
        unverified,
        account.proof,
        account.receive_code("email", "other@example.com"),
        account.receive_code("phone", "12025559999"),
    ]
    for record in others:
        body = {"email": "new@example.com", "newIdentifierVerificationRecordId": record}
        assert account.code(400, "POST", "/my-account/primary-email", body) == "verification_record.not_found"


def test_an_identifier_is_one_users(account):
    """422 for somebody else's, even if it was proved."""
    account.prove()
    record = account.receive_code("email", "bob@example.com")
    body = {"email": "bob@example.com", "newIdentifierVerificationRecordId": record}
    assert account.code(422, "POST", "/my-account/primary-email", body) == "user.email_already_in_use"
