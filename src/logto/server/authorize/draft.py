"""An authorization request while it is being checked: each check fills in what it found to be right."""

from dataclasses import dataclass, field

from logto.server.errors import OidcError
from logto.server.params import Params
from logto.server.store.applications import Application


@dataclass
class Draft:
    """What the request asks for; once `redirect_uri` is set, errors go there instead of onto a page."""

    params: Params
    found_application: Application | None = None
    redirect_uri: str | None = None
    response_mode: str = "query"
    prompts: frozenset[str] = frozenset()
    scopes: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    max_age: int | None = None
    hinted_user: str | None = None

    @property
    def application(self) -> Application:
        """Return the client, which the first check has found."""
        if self.found_application is None:
            raise OidcError("invalid_request", "missing required parameter 'client_id'")
        return self.found_application
