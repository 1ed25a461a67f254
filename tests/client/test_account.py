"""`LogtoAccountClient` and `LogtoAccountSyncClient`: users and their own account, in both colours, at local Logto."""

import asyncio
import inspect

import pytest

from logto import (
    ConfigurationError,
    LogtoAccountClient,
    LogtoAccountSyncClient,
    LogtoApiConflictError,
    LogtoApiForbiddenError,
    LogtoApiInputError,
    LogtoApiUnauthorizedError,
    LogtoClient,
    LogtoManagementSyncClient,
    LogtoSyncClient,
    MemoryStorage,
    NotAuthenticatedError,
)
from logto.models.account import Proof, SentCode
from logto.protocol import account as calls
from logto.server.serve import LocalLogto
from logto.testing import Browser, LogtoServer
from tests.client.management.tenant import COLOURS, credentials, name
from tests.flows.dialogue import config

PASSWORD = "correct-horse-7!"
SCOPES = ["email", "phone", "custom_data", "address", "urn:logto:scope:sessions"]


@pytest.fixture(scope="module")
def server():
    """A local Logto with the sample data."""
    with LocalLogto() as local:
        yield LogtoServer(local)


class Person:
    """A user who is signed in, and their account in one of the colours."""

    def __init__(self, colour, server, scopes=SCOPES):
        self.server = server
        with LogtoManagementSyncClient(**credentials(server)) as management:
            self.user = management.users.create(username=name("person"), password=PASSWORD)
        storage = MemoryStorage()
        settings = server.config(scopes=scopes)
        with LogtoSyncClient(settings, storage) as client, Browser() as browser:
            url = client.sign_in("http://localhost:3000/callback")
            client.handle_sign_in_callback(browser.sign_in(url, username=self.user.username, password=PASSWORD))
        kinds = {"blocking": (LogtoSyncClient, LogtoAccountSyncClient), "awaiting": (LogtoClient, LogtoAccountClient)}
        client, account = kinds[colour]
        self.client = client(settings, storage)
        self.account = account(self.client)
        self._runner = asyncio.Runner()

    def do(self, made):
        """The result of a call."""
        return self._runner.run(_result(made)) if inspect.isawaitable(made) else made

    def prove(self):
        """A proof by the password."""
        return self.do(self.account.verify_password(PASSWORD))

    def close(self):
        """The end."""
        self.do(self.client.close())
        self._runner.close()


async def _result(made):
    return await made


@pytest.fixture(params=COLOURS)
def person(request, server):
    """A new user, signed in."""
    person = Person(request.param, server)
    yield person
    person.close()


def test_users_read_and_change_themselves(person):
    """Name, custom data and profile; None takes a value away."""
    assert person.do(person.account.get()).id == person.user.id
    changed = person.do(person.account.update(name="Alice", custom_data={"theme": "dark"}))
    assert (changed.name, changed.custom_data) == ("Alice", {"theme": "dark"})
    assert person.do(person.account.update(name=None)).name is None

    person.do(person.account.update_profile({"given_name": "Al"}))
    profile = person.do(person.account.update_profile({"address": {"postal_code": "OX1"}}))
    assert (profile.given_name, profile.address.postal_code) == ("Al", "OX1")


def test_what_matters_takes_a_proof(person):
    """Without one the refusal says how to get it; with one the username and the password change."""
    with pytest.raises(LogtoApiUnauthorizedError) as refused:
        person.do(person.account.set_password("another-horse-8!"))
    assert refused.value.logto_code == "verification_record.permission_denied"
    assert "verify_password" in refused.value.hint
    proof = person.prove()
    wanted = name("renamed")
    assert person.do(person.account.update(username=wanted, proof=proof)).username == wanted

    assert person.do(person.account.set_password("another-horse-8!", proof=proof)) is None
    with pytest.raises(LogtoApiConflictError) as refused:
        person.prove()
    assert refused.value.logto_code == "session.invalid_credentials"


def test_a_weak_password_is_refused_and_not_repeated(person):
    """Neither the message nor the data hold it."""
    with pytest.raises(LogtoApiConflictError) as refused:
        person.do(person.account.set_password("zzqq7", proof=person.prove()))

    assert refused.value.logto_code == "password.rejected"
    assert "zzqq7" not in str(refused.value) + repr(vars(refused.value))


@pytest.mark.parametrize(
    ("kind", "address", "changed"),
    [("email", "{}@example.com", "primary_email"), ("phone", "4912345{}", "primary_phone")],
)
def test_an_address_is_proved_before_it_is_taken(person, kind, address, changed):
    """By a code that arrives there; then it is the user's, proves who they are, and can be taken away."""
    account = person.account
    wanted = address.format(name("n") if kind == "email" else name("n").removeprefix("n_"))
    sent = person.do(account.send_code(**{kind: wanted}))
    code = person.server.local.mailbox.code_for(wanted)
    with pytest.raises(LogtoApiInputError) as refused:
        person.do(account.verify_code(sent, f"{(int(code) + 1) % 10**6:06}"))
    assert refused.value.logto_code == "verification_code.code_mismatch"
    proof = person.do(account.verify_code(sent, code))
    assert person.do(getattr(account, f"set_{kind}")(wanted, proof=person.prove(), new_address=proof)) is None
    assert getattr(person.do(account.get()), changed) == wanted

    again = person.do(account.send_code(**{kind: wanted}))
    own = person.do(account.verify_code(again, person.server.local.mailbox.code_for(wanted)))
    person.do(getattr(account, f"remove_{kind}")(proof=own))
    assert getattr(person.do(account.get()), changed) is None


def test_sessions_are_listed_and_revoked(person):
    """The one of this sign-in is marked, and gone afterwards."""
    proof = person.prove()
    (session,) = person.do(person.account.list_sessions(proof=proof).all())
    assert session.is_current

    person.do(person.account.revoke_session(session.id, proof=proof))
    with LogtoManagementSyncClient(**credentials(person.server)) as management:
        assert management.sessions.list(person.user.id).all() == []


@pytest.mark.parametrize("colour", COLOURS)
def test_a_scope_that_was_not_asked_for_is_named(server, colour):
    """Logto answers 400 there; it is a lack of permission all the same."""
    person = Person(colour, server, scopes=[])
    with pytest.raises(LogtoApiForbiddenError) as refused:
        person.do(person.account.update(custom_data={"a": 1}))
    person.close()

    assert "scopes" in refused.value.hint


def test_an_account_center_that_is_off_says_so(person):
    """With the place of the setting."""
    with LogtoManagementSyncClient(**credentials(person.server)) as management:
        management.request("PATCH", "/account-center", body={"enabled": False})
        with pytest.raises(LogtoApiInputError) as refused:
            person.do(person.account.update(name="A"))
        management.request("PATCH", "/account-center", body={"enabled": True})

    assert refused.value.logto_code == "account_center.not_enabled"
    assert "Console" in refused.value.hint


def test_a_user_who_was_deleted_has_no_account(person):
    """The token is refused, and the hint says what to do."""
    with LogtoManagementSyncClient(**credentials(person.server)) as management:
        management.users.delete(person.user.id)

    with pytest.raises(LogtoApiUnauthorizedError, match="sign in again"):
        person.do(person.account.get())


@pytest.mark.parametrize("colour", COLOURS)
def test_nobody_signed_in_has_no_account(server, colour):
    """Nothing is asked."""
    before = server.count("GET", "/api/my-account")
    kinds = {"blocking": (LogtoSyncClient, LogtoAccountSyncClient), "awaiting": (LogtoClient, LogtoAccountClient)}
    client, account = kinds[colour]
    nobody = account(client(server.config(), MemoryStorage()))
    with pytest.raises(NotAuthenticatedError):
        asyncio.run(_result(nobody.get())) if colour == "awaiting" else nobody.get()
    assert server.count("GET", "/api/my-account") == before


@pytest.mark.parametrize(
    ("account", "client"), [(LogtoAccountClient, LogtoSyncClient), (LogtoAccountSyncClient, LogtoClient)]
)
def test_an_account_takes_a_client_of_its_colour(server, account, client):
    """The other one is refused before anything is asked."""
    with pytest.raises(ConfigurationError) as refused:
        account(client(server.config(), MemoryStorage()))

    assert refused.value.code == "configuration.client"


@pytest.mark.parametrize("proof", ["text", SentCode(verification_record_id="r"), 7])
def test_what_is_no_proof_is_refused(proof):
    """A code that was only sent proves nothing."""
    with pytest.raises(ConfigurationError):
        calls.set_password("x", proof=proof)


@pytest.mark.parametrize("given", [{}, {"email": "a@example.com", "phone": "1"}])
def test_a_code_goes_to_one_address(given):
    """Neither to none nor to two."""
    with pytest.raises(ConfigurationError):
        calls.send_code(**given)


def test_a_proof_is_confidential():
    """It is in no repr, and whatever repeats it is cleaned."""
    proof = Proof(verification_record_id="rec0rd")
    call = calls.set_password("correct-horse", proof=proof)
    request = call.request("https://tenant.example/api", "t")

    assert request.headers["logto-verification-id"] == "rec0rd"
    assert {"rec0rd", "correct-horse"} <= set(request.confidential)
    assert "rec0rd" not in repr(proof) + repr(call) + repr(request)


def test_both_colours_have_the_same_rows():
    """No call exists in one colour only, and each has one signature."""
    client = LogtoSyncClient(config(), MemoryStorage())
    blocking = LogtoAccountSyncClient(client)
    awaited = LogtoAccountClient(LogtoClient(config(), MemoryStorage()))
    names = [one for one in dir(blocking) if not one.startswith("_")]

    assert names == [one for one in dir(awaited) if not one.startswith("_")]
    for one in names:
        assert inspect.signature(getattr(blocking, one)) == inspect.signature(getattr(awaited, one))
