"""Proving to be oneself."""

from datetime import datetime

import pytest

EMAIL = {"type": "email", "value": "somebody@example.com"}


def test_a_proof_lasts_for_ten_minutes(fresh_account):
    """As its answer says, by the server's clock."""
    account = fresh_account
    made = account.call(201, "POST", "/verifications/password", {"password": account.password})
    ends = datetime.fromisoformat(made["expiresAt"]).timestamp()
    assert 590 < ends - account.server.clock.now() <= 600
    account.prove()
    account.server.clock.advance(601)
    refusal = account.code(401, "PATCH", "/my-account", {"username": "a"})
    assert refusal == "verification_record.permission_denied"


def test_a_wrong_password_proves_nothing(account):
    """422, and after ten of them no password is right for a while."""
    path = "/verifications/password"
    codes = [account.ask("POST", path, {"password": "wrong"}).json()["code"] for _ in range(11)]
    assert codes == ["session.invalid_credentials"] * 10 + ["session.verification_blocked_too_many_attempts"]
    refusal = account.code(400, "POST", path, {"password": account.password})
    assert refusal == "session.verification_blocked_too_many_attempts"


def test_a_code_to_the_own_address_proves_the_user(account):
    """As the password does."""
    account.proof = account.receive_code("email", account.email)
    assert account.call(200, "PATCH", "/my-account", {"username": "caroline"})["username"] == "caroline"


def test_a_code_to_another_address_does_not(account):
    """It proves that address only."""
    account.proof = account.receive_code("email", "mallory@example.com")
    refusal = account.code(401, "PATCH", "/my-account", {"username": "a"})
    assert refusal == "verification_record.permission_denied"


def test_a_code_that_was_not_typed_proves_nothing(account):
    """Sending is not receiving."""
    made = account.call(201, "POST", "/verifications/verification-code", {"identifier": EMAIL})
    account.proof = made["verificationRecordId"]
    assert account.ask("PATCH", "/my-account", {"username": "a"}).status_code == 401


def test_a_code_is_in_no_answer(account):
    """Only in the mailbox, and not in what that shows of itself."""
    answer = account.ask("POST", "/verifications/verification-code", {"identifier": EMAIL})
    code = account.server.mailbox.code_for("somebody@example.com")
    assert (len(code), code.isdecimal()) == (6, True)
    assert code not in answer.text
    assert code not in repr(account.server.mailbox.messages)


def test_wrong_codes_are_counted(account):
    """Each is a mismatch; after ten even the right one is refused."""
    made = account.call(201, "POST", "/verifications/verification-code", {"identifier": EMAIL})
    right = account.server.mailbox.code_for("somebody@example.com")
    typed = {"identifier": EMAIL, "verificationId": made["verificationRecordId"], "code": "wrong"}
    path = "/verifications/verification-code/verify"
    assert {account.code(400, "POST", path, typed) for _ in range(10)} == {"verification_code.code_mismatch"}
    assert account.code(400, "POST", path, {**typed, "code": right}) == "verification_code.exceed_max_try"


def test_a_code_is_typed_once(fresh_account):
    """And only for what it was sent to, while it is good."""
    account = fresh_account
    made = account.call(201, "POST", "/verifications/verification-code", {"identifier": EMAIL})
    code = account.server.mailbox.code_for("somebody@example.com")
    typed = {"identifier": EMAIL, "verificationId": made["verificationRecordId"], "code": code}
    path = "/verifications/verification-code/verify"
    other = {**typed, "identifier": {"type": "email", "value": "b@example.com"}}
    assert account.code(400, "POST", path, other) == "verification_code.email_mismatch"
    account.call(200, "POST", path, typed)
    assert account.code(400, "POST", path, typed) == "verification_code.not_found"
    account.server.clock.advance(601)
    assert account.code(400, "POST", path, typed) == "verification_record.not_found"


@pytest.mark.parametrize("identifier", [None, {}, {"type": "username", "value": "a"}, {"type": "email", "value": "a"}])
def test_a_wrong_identifier_is_refused(account, identifier):
    """400."""
    body = {"identifier": identifier}
    assert account.code(400, "POST", "/verifications/verification-code", body) == "guard.invalid_input"


def test_records_do_not_pile_up(account):
    """A user has twenty at most: the oldest go."""
    account.prove()
    first = account.proof
    for _ in range(20):
        account.call(201, "POST", "/verifications/verification-code", {"identifier": EMAIL})
    account.proof = first
    assert account.ask("PATCH", "/my-account", {"username": "a"}).status_code == 401
