"""The members of an organization and their roles in it: users and machine-to-machine applications alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, select

from logto.server import shapes
from logto.server.api import body, page, search
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.schema import applications, organization_roles, organizations, users
from logto.server.store import memberships, rows

from .found import demand_all, found

ROLES: body.Fields = {"organizationRoleIds": body.IDS, "organizationRoleNames": body.IDS}
MOST_IN_EVENT = 5000


@dataclass(frozen=True)
class Members:
    """The routes of one kind of member."""

    kind: memberships.Kind
    shape: Callable[[Any], shapes.Shown]
    searched: tuple[Column[Any], ...]
    noun: str

    @property
    def _id(self) -> str:
        return f"{self.noun}Id"

    @property
    def _ids(self) -> str:
        return f"{self.noun}Ids"

    def listed(self, call: Call) -> Answer:
        """List the members of an organization with their roles in it."""
        organization = found(call, organizations, call.path["id"])
        conditions = search.containing(call.exchange, *self.searched)
        role_id = call.exchange.query.get("organizationRoleId")
        if role_id is not None:
            held = self.kind.roles
            holders = select(held.c[self.kind.column]).where(
                held.c.organization_id == organization.id, held.c.organization_role_id == role_id
            )
            conditions.append(self.kind.table.c.id.in_(holders))
        query = memberships.of_organization(self.kind, organization.id).where(*conditions)
        return page.listed(call, query, lambda row: {**self.shape(row), **self._roles_of(call, organization.id, row)})

    def add(self, call: Call) -> Answer:
        """Add members; whoever belongs already stays."""
        organization_id, given = self._demanded(call, body.SOME_IDS)
        fresh = rows.link(call.db, self.kind.members, self.kind.column, given, organization_id=organization_id)
        tell_membership(call, organization_id, self.noun, fresh, [])
        return Answer(201, {self._ids: given} if self.noun == "user" else None)

    def replace(self, call: Call) -> Answer:
        """Let these belong to an organization and no others."""
        organization_id, given = self._demanded(call, body.IDS)
        before = rows.linked(call.db, self.kind.members, self.kind.column, organization_id=organization_id)
        gone = [member_id for member_id in before if member_id not in given]
        for member_id in gone:
            memberships.end(call.db, self.kind, organization_id, member_id)
        fresh = rows.link(call.db, self.kind.members, self.kind.column, given, organization_id=organization_id)
        tell_membership(call, organization_id, self.noun, fresh, gone)
        return Answer(204)

    def remove(self, call: Call) -> Answer:
        """End a membership with its roles."""
        organization_id, member_id = call.path["id"], call.path[self._id]
        answer = page.ended(memberships.end(call.db, self.kind, organization_id, member_id))
        tell_membership(call, organization_id, self.noun, [], [member_id])
        return answer

    def give_roles(self, call: Call) -> Answer:
        """Give roles to several members."""
        organization = found(call, organizations, call.path["id"])
        fields = {self._ids: body.SOME_IDS, "organizationRoleIds": body.SOME_IDS}
        given = call.read(fields, *fields)
        demand_all(call, organization_roles, given["organizationRoleIds"])
        for member_id in given[self._ids]:
            if not memberships.belongs(call.db, self.kind, organization.id, member_id):
                raise ApiError("entity.relation_foreign_key_not_found", 422)
            self._link(call, organization.id, member_id, given["organizationRoleIds"])
        return Answer(201)

    def roles(self, call: Call) -> Answer:
        """List the roles of a member."""
        query = memberships.roles_query(self.kind, *self._membership(call))
        return page.listed(call, query, shapes.organization_role, optional=True)

    def add_roles(self, call: Call) -> Answer:
        """Give roles to a member, by id or by name."""
        organization_id, member_id = self._membership(call)
        wanted = _role_ids(call)
        self._link(call, organization_id, member_id, wanted)
        return Answer(201, {"organizationRoleIds": wanted} if self.noun == "user" else None)

    def replace_roles(self, call: Call) -> Answer:
        """Give a member these roles and no others."""
        organization_id, member_id = self._membership(call)
        fixed = {"organization_id": organization_id, self.kind.column: member_id}
        rows.relink(call.db, self.kind.roles, "organization_role_id", _role_ids(call), **fixed)
        return Answer(204)

    def remove_role(self, call: Call) -> Answer:
        """Take a role from a member."""
        organization_id, member_id = self._membership(call)
        values = {"organization_id": organization_id, self.kind.column: member_id}
        role_id = call.path["organizationRoleId"]
        return page.ended(rows.unlink(call.db, self.kind.roles, **values, organization_role_id=role_id))

    def scopes(self, call: Call) -> Answer:
        """List the permissions that a member's roles give."""
        found_scopes = memberships.scopes_of(call.db, self.kind, *self._membership(call))
        return Answer(200, [shapes.organization_scope(row) for row in found_scopes])

    def _demanded(self, call: Call, accepts: body.Check) -> tuple[str, list[str]]:
        organization = found(call, organizations, call.path["id"])
        given = call.read({self._ids: accepts}, self._ids)[self._ids]
        demand_all(call, self.kind.table, given)
        if self.noun == "application":
            others = select(applications).where(applications.c.id.in_(given), applications.c.type != "MachineToMachine")
            if rows.count(call.db, others):
                raise ApiError("entity.db_constraint_violated", 422)
        return organization.id, given

    def _membership(self, call: Call) -> tuple[str, str]:
        organization_id, member_id = call.path["id"], call.path[self._id]
        if not memberships.belongs(call.db, self.kind, organization_id, member_id):
            raise ApiError("organization.require_membership", 422)
        return organization_id, member_id

    def _link(self, call: Call, organization_id: str, member_id: str, role_ids: list[str]) -> None:
        fixed = {"organization_id": organization_id, self.kind.column: member_id}
        rows.link(call.db, self.kind.roles, "organization_role_id", role_ids, **fixed)

    def _roles_of(self, call: Call, organization_id: str, row: Any) -> shapes.Shown:
        held = memberships.roles_of(call.db, self.kind, organization_id, row.id)
        return {"organizationRoles": shapes.named(held)}


def tell_membership(call: Call, organization_id: str, noun: str, added: list[str], removed: list[str]) -> None:
    """Let hooks know who belongs to an organization now and who no more; an empty list is left out."""
    name = noun.capitalize()
    changed = {f"added{name}Ids": added[:MOST_IN_EVENT], f"removed{name}Ids": removed[:MOST_IN_EVENT]}
    shown = {member: value for member, value in changed.items() if value}
    call.emit("Organization.Membership.Updated", organizationId=organization_id, **shown)


def _role_ids(call: Call) -> list[str]:
    given = call.read(ROLES)
    by_id, names = given.get("organizationRoleIds", []), given.get("organizationRoleNames", [])
    demand_all(call, organization_roles, by_id)
    named = rows.every(call.db, select(organization_roles).where(organization_roles.c.name.in_(names)))
    if set(names) - {row.name for row in named}:
        raise ApiError("organization.role_names_not_found", 422)
    return list(dict.fromkeys([*by_id, *(row.id for row in named)]))


USERS = Members(
    memberships.USERS,
    shapes.person,
    (users.c.id, users.c.primary_email, users.c.primary_phone, users.c.username, users.c.name),
    "user",
)
APPLICATIONS = Members(
    memberships.APPLICATIONS,
    shapes.application,
    (applications.c.id, applications.c.name, applications.c.description),
    "application",
)
