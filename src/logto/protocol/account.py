"""The calls of Logto's Account API as values: what users do about their own account (LOGTO.md 5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from ..errors import ConfigurationError
from ..models.account import Account, Proof, SentCode
from ..models.api import NOT_GIVEN, NotGiven
from ..models.management.session import UserSession
from ..models.management.user import UserProfile
from .api_call import Call, ListCall, entity, given, nothing, path, structured
from .http import HttpRequest, HttpResponse

Kind: TypeAlias = Literal["email", "phone"]

VERIFICATION = "logto-verification-id"


def get() -> Call[Account]:
    """The account of whoever is signed in, as far as the tenant and the scopes of the sign-in let them see it."""
    return Call("GET", "my-account", entity(Account))


def update(
    *,
    name: str | NotGiven | None = NOT_GIVEN,
    avatar: str | NotGiven | None = NOT_GIVEN,
    username: str | NotGiven | None = NOT_GIVEN,
    custom_data: Mapping[str, Any] | NotGiven = NOT_GIVEN,
    proof: Proof | None = None,
) -> Call[Account]:
    """Changes what is given of the account; None takes a value away.

    Args:
        name: The full name.
        avatar: The URL of a picture.
        username: What to sign in with; takes a proof.
        custom_data: In the place of all that was there. Scope `custom_data`.
        proof: That the user is themself: what `verify_password` or `verify_code` returned.

    Raises:
        LogtoApiInputError: The tenant does not let users change it: `account_center.field_not_editable`.
        LogtoApiUnauthorizedError: There is no proof, or it is over: `verification_record.permission_denied`.
        LogtoApiConflictError: The username is somebody else's.
    """
    body = given(name=name, avatar=avatar, username=username, custom_data=custom_data)
    return Call("PATCH", "my-account", entity(Account), body=body, headers=_proved(proof))


def update_profile(changes: UserProfile | Mapping[str, Any]) -> Call[UserProfile]:
    """Adds to the profile, and returns all of it.

    Args:
        changes: Such as `{"family_name": "Liddell"}`; the other members stay. Scopes `profile`, and `address` for that.
    """
    return Call("PATCH", "my-account/profile", entity(UserProfile), body=structured(UserProfile, "changes", changes))


def verify_password(password: str) -> Call[Proof]:
    """Proves by the password that the user is themself.

    Raises:
        LogtoApiConflictError: It is not the user's: `session.invalid_credentials`.
        LogtoApiInputError: There were too many wrong ones: `session.verification_blocked_too_many_attempts`.
    """
    return Call("POST", "verifications/password", entity(Proof), body={"password": password}, confidential=(password,))


def send_code(*, email: str | None = None, phone: str | None = None) -> Call[SentCode]:
    """Sends a code to an address of the user's, to prove by it who they are, or to a new one, to prove that it is theirs.

    Args:
        email: The e-mail address.
        phone: Or the phone number: digits only, with the country's.
    """
    if (email is None) == (phone is None):
        raise ConfigurationError(
            "A code goes to an `email` or to a `phone`.",
            hint='Write send_code(email="alice@example.com").',
            code="configuration.argument",
        )
    kind, address = ("phone", phone or "") if email is None else ("email", email)

    def read(request: HttpRequest, response: HttpResponse) -> SentCode:
        return entity(SentCode)(request, response).model_copy(update={"kind": kind, "address": address})

    body = {"identifier": {"type": kind, "value": address}}
    return Call("POST", "verifications/verification-code", read, body=body)


def verify_code(sent: SentCode, code: str) -> Call[Proof]:
    """Proves by a code that has arrived that its address is the user's.

    Args:
        sent: What `send_code` returned.
        code: What the user typed.

    Raises:
        LogtoApiInputError: It is not the code: `verification_code.code_mismatch`.
    """
    body = {
        "identifier": {"type": sent.kind, "value": sent.address},
        "verificationId": sent.verification_record_id,
        "code": code,
    }
    secret = (code, sent.verification_record_id)
    return Call("POST", "verifications/verification-code/verify", entity(Proof), body=body, confidential=secret)


def set_password(password: str, *, proof: Proof | None = None) -> Call[None]:
    """Gives the user another password.

    Args:
        password: The new one.
        proof: That the user is themself; not needed by users who have no way to prove it yet.

    Raises:
        LogtoApiConflictError: It is too weak: `password.rejected`.
        LogtoApiUnauthorizedError: There is no proof, or it is over.
    """
    return Call(
        "POST",
        "my-account/password",
        nothing,
        body={"password": password},
        confidential=(password,),
        headers=_proved(proof),
    )


def set_email(email: str, *, proof: Proof, new_address: Proof) -> Call[None]:
    """Gives the user another e-mail address.

    Args:
        email: The new one.
        proof: That the user is themself: what `verify_password` returned, or `verify_code` of the present address.
        new_address: That the new one is the user's: what `verify_code` of it returned.

    Raises:
        LogtoApiConflictError: It is somebody else's.
    """
    return _set("email", email, proof, new_address)


def remove_email(*, proof: Proof) -> Call[None]:
    """Takes the user's e-mail address away.

    Raises:
        LogtoApiInputError: There would be nothing left to sign in with: `user.last_sign_in_method_required`.
    """
    return Call("DELETE", "my-account/primary-email", nothing, headers=_proved(proof))


def set_phone(phone: str, *, proof: Proof, new_address: Proof) -> Call[None]:
    """Gives the user another phone number.

    Args:
        phone: The new one: digits only, with the country's.
        proof: That the user is themself.
        new_address: That the new one is the user's: what `verify_code` of it returned.

    Raises:
        LogtoApiConflictError: It is somebody else's.
    """
    return _set("phone", phone, proof, new_address)


def remove_phone(*, proof: Proof) -> Call[None]:
    """Takes the user's phone number away.

    Raises:
        LogtoApiInputError: There would be nothing left to sign in with: `user.last_sign_in_method_required`.
    """
    return Call("DELETE", "my-account/primary-phone", nothing, headers=_proved(proof))


def list_sessions(*, proof: Proof) -> ListCall[UserSession]:
    """The browsers in which the user is signed in at Logto. Scope `urn:logto:scope:sessions`.

    Args:
        proof: That the user is themself.
    """
    return ListCall(
        "my-account/sessions", UserSession.model_validate, paged=False, member="sessions", headers=_proved(proof)
    )


def revoke_session(session_id: str, *, proof: Proof, tokens: Literal["all", "firstParty"] | None = None) -> Call[None]:
    """Ends one of the user's sessions at Logto. Scope `urn:logto:scope:sessions`.

    Args:
        session_id: The session's `id`.
        proof: That the user is themself.
        tokens: Which applications' refresh tokens end as well; Logto decides if not given.
    """
    place = path("my-account/sessions/{session_id}", session_id=session_id)
    return Call("DELETE", place, nothing, query={"revokeGrantsTarget": tokens}, headers=_proved(proof))


def _set(kind: Kind, address: str, proof: Proof, new_address: Proof) -> Call[None]:
    record = _record(new_address)
    body = {kind: address, "newIdentifierVerificationRecordId": record}
    place = f"my-account/primary-{kind}"
    return Call("POST", place, nothing, body=body, confidential=(record,), headers=_proved(proof))


def _proved(proof: Proof | None) -> dict[str, str]:
    return {} if proof is None else {VERIFICATION: _record(proof)}


def _record(proof: object) -> str:
    if not isinstance(proof, Proof) or isinstance(proof, SentCode):
        raise ConfigurationError(
            "This is no proof.",
            hint="Pass what verify_password() or verify_code() returned; a code that was only sent proves nothing yet.",
            code="configuration.argument",
        )
    return proof.verification_record_id
