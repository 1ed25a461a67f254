"""Applications and their secrets."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from logto.server import lifetimes
from logto.server.schema import application_roles, application_secrets, applications, roles

PUBLIC_TYPES = ("SPA", "Native")
MACHINE = "MachineToMachine"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105  # the name of a grant


@dataclass(frozen=True)
class Application:
    """A registered client, with the settings that matter to the OIDC endpoints."""

    id: str
    name: str
    type: str
    is_third_party: bool
    oidc: dict[str, Any]
    custom: dict[str, Any]
    consent_scopes: dict[str, Any]

    @property
    def is_public(self) -> bool:
        """Whether it has no secret to authenticate with."""
        return self.type in PUBLIC_TYPES

    @property
    def is_machine(self) -> bool:
        """Whether it acts for itself and signs nobody in."""
        return self.type == MACHINE

    @property
    def grant_types(self) -> tuple[str, ...]:
        """The grant types that it may use."""
        exchange = (TOKEN_EXCHANGE,) if self.custom.get("allowTokenExchange") and not self.is_third_party else ()
        if self.is_machine:
            return ("client_credentials", *exchange)
        if self.type == "Native" and self.custom.get("isDeviceFlow"):
            return (DEVICE_CODE, "refresh_token", *exchange)
        return ("authorization_code", "refresh_token", *exchange)

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        """Where a sign-in may return to."""
        return tuple(self.oidc.get("redirectUris", ()))

    @property
    def post_logout_redirect_uris(self) -> tuple[str, ...]:
        """Where a sign-out may return to."""
        return tuple(self.oidc.get("postLogoutRedirectUris", ()))

    @property
    def wants_sid(self) -> bool:
        """Whether its ID tokens carry `sid`."""
        return bool(self.oidc.get("backchannelLogoutSessionRequired"))

    @property
    def always_refreshes(self) -> bool:
        """Whether it gets a refresh token without asking for one."""
        return bool(self.custom.get("alwaysIssueRefreshToken"))

    @property
    def rotates(self) -> bool:
        """Whether its refresh tokens are replaced."""
        return bool(self.custom.get("rotateRefreshToken", True))

    @property
    def always_rotates(self) -> bool:
        """Whether every refresh replaces a confidential client's token too, which is not the real server's way."""
        return bool(self._local.get("alwaysRotateRefreshToken"))

    @property
    def reuse_window(self) -> float:
        """For how many seconds a replaced refresh token is still accepted; the real server has no setting for it."""
        return float(self._local.get("refreshReuseWindow", lifetimes.REFRESH_REUSE_WINDOW))

    def access_token_ttl(self, usual: int = lifetimes.ACCESS_TOKEN) -> int:
        """Lifetime in seconds of an access token that lives for `usual` unless the application's are shorter-lived."""
        return min(usual, int(self._local.get("accessTokenTtl", usual)))

    @property
    def backchannel_logout_uri(self) -> str | None:
        """Where it wants to be told that a session has ended."""
        return self.oidc.get("backchannelLogoutUri")

    @property
    def id_token_ttl(self) -> int:
        """Lifetime of its ID tokens in seconds."""
        return int(self.custom.get("idTokenTtl", lifetimes.ID_TOKEN))

    @property
    def refresh_token_ttl(self) -> float:
        """Lifetime of its refresh tokens in seconds."""
        if "refreshTokenTtl" in self.custom:
            return float(self.custom["refreshTokenTtl"])
        return float(self.custom.get("refreshTokenTtlInDays", lifetimes.REFRESH_TOKEN_DAYS)) * 86400

    @property
    def _local(self) -> dict[str, Any]:
        return dict(self.custom.get("localLogto", {}))


def find(db: Connection, application_id: str) -> Application | None:
    """Return an application by its id."""
    row = db.execute(select(applications).where(applications.c.id == application_id)).one_or_none()
    return None if row is None else _application(row)


def configure(db: Connection, application: Application, oidc: dict[str, Any], custom: dict[str, Any]) -> None:
    """Replace an application's metadata, which have been checked."""
    values = {"oidc_client_metadata": oidc, "custom_client_metadata": custom}
    db.execute(update(applications).where(applications.c.id == application.id).values(**values))


def every(db: Connection) -> list[Application]:
    """Return all applications in the order of their creation."""
    return [_application(row) for row in db.execute(select(applications).order_by(applications.c.created_at))]


def with_role(db: Connection, role_name: str) -> list[str]:
    """Return the ids of the applications that have a role, by its name."""
    held = select(application_roles.c.application_id).join(roles, roles.c.id == application_roles.c.role_id)
    return list(db.scalars(held.where(roles.c.name == role_name)))


def secrets_of(db: Connection, application_id: str, now: float) -> list[str]:
    """Return the secrets that are valid now, oldest first."""
    table = application_secrets
    found = select(table.c.value, table.c.expires_at).where(table.c.application_id == application_id)
    rows = db.execute(found.order_by(table.c.created_at)).all()
    return [row.value for row in rows if row.expires_at is None or row.expires_at > now]


def _application(row: Any) -> Application:
    return Application(
        row.id,
        row.name,
        row.type,
        row.is_third_party,
        row.oidc_client_metadata,
        row.custom_client_metadata,
        row.consent_scopes,
    )
