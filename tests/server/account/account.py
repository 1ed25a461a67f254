"""An application that lets its user look after their account."""

from itertools import count

import httpx2

from logto.server.passwords import hashed
from logto.server.store import grants, issued, users
from tests.server.browser import NO_TLS

SCOPE = "openid offline_access profile email phone address custom_data identities urn:logto:scope:sessions"
PASSWORD = "carla-pass-123"  # of users who live for one test
_HASH = hashed(PASSWORD)
_numbers = count(1)


def token_of_a_new_user(server, scope=SCOPE):
    """The opaque token of a user with every field, as if they had just signed in to the guide's application."""
    number, world = next(_numbers), server.world
    with world.transaction() as db:
        user_id = users.create(
            db,
            world.clock.now(),
            username=f"carla{number}",
            primary_email=f"carla{number}@example.com",
            primary_phone=f"1202555{number:04}",
            name="Carla",
            avatar="https://example.com/carla.png",
            profile={"familyName": "Miller", "givenName": "Carla", "address": {"country": "GB"}},
            custom_data={"plan": "gold"},
            password_hash=_HASH,
        )
        application_id, now = server.seeded["appId"], world.clock.now()
        names = scope.split()
        values = {
            "grant_id": grants.create(db, application_id, user_id, names, {}, now),
            "application_id": application_id,
            "user_id": user_id,
            "session_id": None,
            "content": {"scopes": names},
            "expires_at": now + 3600,
        }
        return issued.issue(db, issued.access_tokens, now, values)


class Account:
    """Calls the Account API with a user's opaque token."""

    def __init__(self, server, token=None, password=PASSWORD):
        self.server, self.password, self.proof = server, password, None
        self.token = token or token_of_a_new_user(server)
        self.http = httpx2.Client(base_url=server.endpoint, timeout=10, verify=NO_TLS)

    def close(self):
        self.http.close()

    def ask(self, method, path, body=None, **headers):
        """The response."""
        added = {"Authorization": f"Bearer {self.token}"}
        if self.proof is not None:
            added["logto-verification-id"] = self.proof
        return self.http.request(method, f"/api{path}", json=body, headers={**added, **headers})

    def call(self, status, method, path, body=None):
        """The body of the response, which must have this status."""
        answer = self.ask(method, path, body)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def code(self, status, method, path, body=None):
        """The code of the refusal, which must have this status."""
        return self.call(status, method, path, body)["code"]

    def prove(self):
        """Type the password again; later calls carry the proof."""
        made = self.call(201, "POST", "/verifications/password", {"password": self.password})
        self.proof = made["verificationRecordId"]

    def receive_code(self, kind, value):
        """Let a code be sent, and type it; returns the verification."""
        identifier = {"type": kind, "value": value}
        made = self.call(201, "POST", "/verifications/verification-code", {"identifier": identifier})
        typed = {
            "identifier": identifier,
            "verificationId": made["verificationRecordId"],
            "code": self.server.mailbox.code_for(value),
        }
        return self.call(200, "POST", "/verifications/verification-code/verify", typed)["verificationRecordId"]

    @property
    def email(self):
        """The user's address."""
        return self.call(200, "GET", "/my-account")["primaryEmail"]
