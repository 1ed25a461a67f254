"""What a role of the organization template gives: its own permissions, and those of API resources."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from logto.server import shapes
from logto.server.api import body, page
from logto.server.api.call import Answer, Call
from logto.server.schema import (
    organization_role_resource_scopes,
    organization_role_scopes,
    organization_roles,
    organization_scopes,
    scopes,
)
from logto.server.store import rows

from .found import demand_all, found


@dataclass(frozen=True)
class Given:
    """The routes for one kind of permission."""

    table: Table
    link: Table
    column: str
    member: str
    shape: Callable[[Any], shapes.Shown]

    def listed(self, call: Call) -> Answer:
        """List what a role gives."""
        role = found(call, organization_roles, call.path["id"])
        held = select(self.link.c[self.column]).where(self.link.c.organization_role_id == role.id)
        query = select(self.table).where(self.table.c.id.in_(held)).order_by(self.table.c.name, self.table.c.id)
        return page.listed(call, query, self.shape, optional=True)

    def add(self, call: Call) -> Answer:
        """Let a role give more."""
        role_id, wanted = self._demanded(call, body.SOME_IDS)
        rows.link(call.db, self.link, self.column, wanted, organization_role_id=role_id)
        return Answer(201)

    def replace(self, call: Call) -> Answer:
        """Let a role give this and nothing else."""
        role_id, wanted = self._demanded(call, body.IDS)
        rows.relink(call.db, self.link, self.column, wanted, organization_role_id=role_id)
        return Answer(204)

    def remove(self, call: Call) -> Answer:
        """Let a role give one permission less."""
        values = {"organization_role_id": call.path["id"], self.column: call.path[f"{self.member}Id"]}
        return page.ended(rows.unlink(call.db, self.link, **values))

    def _demanded(self, call: Call, accepts: body.Check) -> tuple[str, list[str]]:
        role = found(call, organization_roles, call.path["id"])
        name = f"{self.member}Ids"
        wanted = call.read({name: accepts}, name)[name]
        demand_all(call, self.table, wanted)
        return role.id, wanted


OWN = Given(
    organization_scopes,
    organization_role_scopes,
    "organization_scope_id",
    "organizationScope",
    shapes.organization_scope,
)
OF_RESOURCES = Given(scopes, organization_role_resource_scopes, "scope_id", "scope", shapes.scope)
