"""A user's own email address and phone number."""

from dataclasses import dataclass

from logto.server.api import body
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.management.users import demand_free, stored
from logto.server.store import verifications

from .access import demand_editable, demand_first_party, demand_scope, demand_verified, user_of
from .profile import demand_remaining_identifier, tell


@dataclass(frozen=True)
class Identifier:
    """The routes of one kind of identifier."""

    kind: str
    member: str
    column: str
    accepts: body.Check

    def replace(self, call: Call) -> Answer:
        """Take another one, which has been proved to be the user's."""
        self._demand_allowed(call)
        fields = {self.kind: self.accepts, "newIdentifierVerificationRecordId": body.text(64, 1)}
        given, user = call.read(fields, *fields), user_of(call)
        record = verifications.find(call.db, given["newIdentifierVerificationRecordId"], user.id, call.now)
        expected = (self.kind, given[self.kind], True)
        if record is None or (record.kind, record.value, record.is_verified) != expected:
            raise ApiError("verification_record.not_found", 400)
        demand_free(call, {self.member: given[self.kind]}, user.id)
        verifications.forget(call.db, record.id)
        tell(call, stored(call, user.id, {self.column: given[self.kind]}))
        return Answer(204)

    def remove(self, call: Call) -> Answer:
        """Do without it."""
        self._demand_allowed(call)
        user = user_of(call)
        demand_remaining_identifier(user, self.kind, None)
        tell(call, stored(call, user.id, {self.column: None}))
        return Answer(204)

    def _demand_allowed(self, call: Call) -> None:
        demand_verified(call)
        demand_editable(call, self.kind)
        demand_scope(call, self.kind)
        demand_first_party(call)


EMAIL = Identifier("email", "primaryEmail", "primary_email", body.is_email)
PHONE = Identifier("phone", "primaryPhone", "primary_phone", body.is_phone)
