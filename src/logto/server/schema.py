"""The tables of local Logto; times are seconds since 1970 unless the name ends in `_ms`."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 2

metadata = MetaData()


def _id() -> Column[str]:
    return Column("id", String(64), primary_key=True)


def _to(name: str, target: str) -> Column[str]:
    return Column(name, String(64), ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=False)


def _time(name: str, nullable: bool = False, index: bool = False) -> Column[float]:
    return Column(name, Double, nullable=nullable, index=index)


def _link(name: str, left: tuple[str, str], right: tuple[str, str]) -> Table:
    return Table(name, metadata, _to(*left), _to(*right), PrimaryKeyConstraint(left[0], right[0]))


meta = Table(
    "logto_meta", metadata, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False)
)

signing_keys = Table(
    "signing_keys",
    metadata,
    _id(),
    Column("algorithm", String(16), nullable=False),
    Column("private_pem", Text, nullable=False),
    Column("position", Integer, nullable=False),
)

applications = Table(
    "applications",
    metadata,
    _id(),
    Column("name", String(256), nullable=False),
    Column("description", Text),
    Column("type", String(32), nullable=False),
    Column("is_third_party", Boolean, nullable=False),
    Column("oidc_client_metadata", JSON, nullable=False),
    Column("custom_client_metadata", JSON, nullable=False),
    Column("consent_scopes", JSON, nullable=False),
    Column("custom_data", JSON, nullable=False),
    _time("created_at"),
)
application_secrets = Table(
    "application_secrets",
    metadata,
    _to("application_id", "applications"),
    Column("name", String(256), nullable=False),
    Column("value", String(128), nullable=False),
    _time("created_at"),
    _time("expires_at", nullable=True),
    PrimaryKeyConstraint("application_id", "name"),
)

users = Table(
    "users",
    metadata,
    _id(),
    Column("username", String(128), unique=True),
    Column("primary_email", String(320), unique=True),
    Column("primary_phone", String(32), unique=True),
    Column("name", String(256)),
    Column("avatar", Text),
    Column("profile", JSON, nullable=False),
    Column("custom_data", JSON, nullable=False),
    Column("identities", JSON, nullable=False),
    Column("sso_identities", JSON, nullable=False),
    Column("password_hash", Text),
    Column("password_is_seeded", Boolean, nullable=False),
    Column("is_suspended", Boolean, nullable=False),
    Column("application_id", String(64)),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    Column("last_sign_in_at_ms", BigInteger),
)

resources = Table(
    "resources",
    metadata,
    _id(),
    Column("name", String(256), nullable=False),
    Column("indicator", String(512), nullable=False, unique=True),
    Column("access_token_ttl", Integer, nullable=False),
    Column("is_default", Boolean, nullable=False),
)
scopes = Table(
    "scopes",
    metadata,
    _id(),
    _to("resource_id", "resources"),
    Column("name", String(256), nullable=False),
    Column("description", Text),
    _time("created_at", nullable=True),
    UniqueConstraint("resource_id", "name"),
)
roles = Table(
    "roles",
    metadata,
    _id(),
    Column("name", String(128), nullable=False, unique=True),
    Column("description", Text),
    Column("type", String(32), nullable=False),
    Column("is_default", Boolean, nullable=False),
)
role_scopes = _link("role_scopes", ("role_id", "roles"), ("scope_id", "scopes"))
user_roles = _link("user_roles", ("user_id", "users"), ("role_id", "roles"))
application_roles = _link("application_roles", ("application_id", "applications"), ("role_id", "roles"))

organizations = Table(
    "organizations",
    metadata,
    _id(),
    Column("name", String(128), nullable=False),
    Column("description", Text),
    Column("custom_data", JSON, nullable=False),
    Column("is_mfa_required", Boolean, nullable=False),
    _time("created_at"),
    Column("color", JSON),
    Column("branding", JSON),
    Column("custom_css", Text),
)
organization_scopes = Table(
    "organization_scopes",
    metadata,
    _id(),
    Column("name", String(256), nullable=False, unique=True),
    Column("description", Text),
)
organization_roles = Table(
    "organization_roles",
    metadata,
    _id(),
    Column("name", String(128), nullable=False, unique=True),
    Column("description", Text),
    Column("type", String(32), nullable=False),
)
organization_role_scopes = _link(
    "organization_role_scopes",
    ("organization_role_id", "organization_roles"),
    ("organization_scope_id", "organization_scopes"),
)
organization_role_resource_scopes = _link(
    "organization_role_resource_scopes",
    ("organization_role_id", "organization_roles"),
    ("scope_id", "scopes"),
)
organization_members = _link("organization_members", ("organization_id", "organizations"), ("user_id", "users"))
organization_member_roles = Table(
    "organization_member_roles",
    metadata,
    _to("organization_id", "organizations"),
    _to("user_id", "users"),
    _to("organization_role_id", "organization_roles"),
    PrimaryKeyConstraint("organization_id", "user_id", "organization_role_id"),
)
organization_applications = _link(
    "organization_applications", ("organization_id", "organizations"), ("application_id", "applications")
)
organization_application_roles = Table(
    "organization_application_roles",
    metadata,
    _to("organization_id", "organizations"),
    _to("application_id", "applications"),
    _to("organization_role_id", "organization_roles"),
    PrimaryKeyConstraint("organization_id", "application_id", "organization_role_id"),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    Column("cookie_digest", String(64), nullable=False, unique=True),
    _to("user_id", "users"),
    _time("authenticated_at"),
    _time("expires_at", index=True),
)
grants = Table(
    "grants",
    metadata,
    _id(),
    _to("application_id", "applications"),
    _to("user_id", "users"),
    Column("scopes", JSON, nullable=False),
    Column("resources", JSON, nullable=False),
    _time("expires_at"),
)
session_grants = Table(
    "session_grants",
    metadata,
    _to("session_id", "sessions"),
    _to("application_id", "applications"),
    _to("grant_id", "grants"),
    Column("sid", String(64), nullable=False),
    PrimaryKeyConstraint("session_id", "application_id"),
)


def _issued(name: str, *columns: Column[float] | Column[str]) -> Table:
    """Codes and tokens: the id is a SHA-256, and `session_id` is set only where the session's end is theirs too."""
    return Table(
        name,
        metadata,
        _id(),
        Column("grant_id", String(64), ForeignKey("grants.id", ondelete="CASCADE"), index=True),
        _to("application_id", "applications"),
        Column("user_id", String(64)),
        Column("session_id", String(64)),
        Column("content", JSON, nullable=False),
        _time("issued_at"),
        _time("expires_at", index=True),
        *columns,
    )


codes = _issued("codes", _time("consumed_at", nullable=True))
refresh_tokens = _issued("refresh_tokens", _time("consumed_at", nullable=True), _time("first_issued_at"))
access_tokens = _issued("access_tokens")
device_codes = _issued(
    "device_codes",
    Column("user_code", String(16), nullable=False, unique=True),
    Column("interaction_id", String(64), index=True),
    Column("decision", String(16)),
    _time("consumed_at", nullable=True),
)
subject_tokens = Table(
    "subject_tokens",
    metadata,
    _id(),
    _to("user_id", "users"),
    Column("context", JSON, nullable=False),
    _time("created_at"),
    _time("expires_at", index=True),
    _time("consumed_at", nullable=True),
)
personal_access_tokens = Table(
    "personal_access_tokens",
    metadata,
    _id(),
    _to("user_id", "users"),
    Column("name", String(256), nullable=False),
    Column("value", String(128), nullable=False),
    _time("created_at"),
    _time("expires_at", nullable=True),
    UniqueConstraint("user_id", "name"),
)

interactions = Table(
    "interactions",
    metadata,
    _id(),
    _to("application_id", "applications"),
    Column("prompt", String(16), nullable=False),
    Column("params", JSON, nullable=False),
    Column("progress", JSON, nullable=False),
    _time("expires_at", index=True),
)
pushed_requests = Table(
    "pushed_requests",
    metadata,
    _id(),
    _to("application_id", "applications"),
    Column("params", JSON, nullable=False),
    _time("expires_at", index=True),
)

settings = Table(
    "settings", metadata, Column("name", String(64), primary_key=True), Column("value", JSON, nullable=False)
)
hooks = Table(
    "hooks",
    metadata,
    _id(),
    Column("name", String(256), nullable=False),
    Column("events", JSON, nullable=False),
    Column("config", JSON, nullable=False),
    Column("signing_key", String(64), nullable=False),
    Column("enabled", Boolean, nullable=False),
    _time("created_at"),
)
organization_invitations = Table(
    "organization_invitations",
    metadata,
    _id(),
    Column("inviter_id", String(64), ForeignKey("users.id", ondelete="CASCADE")),
    Column("invitee", String(320), nullable=False),
    Column("accepted_user_id", String(64), ForeignKey("users.id", ondelete="CASCADE")),
    _to("organization_id", "organizations"),
    Column("status", String(16), nullable=False),
    _time("created_at"),
    _time("updated_at"),
    _time("expires_at"),
)
organization_invitation_roles = _link(
    "organization_invitation_roles",
    ("organization_invitation_id", "organization_invitations"),
    ("organization_role_id", "organization_roles"),
)
verification_records = Table(
    "verification_records",
    metadata,
    _id(),
    _to("user_id", "users"),
    Column("kind", String(16), nullable=False),
    Column("value", String(320)),
    Column("code_digest", String(64)),
    Column("attempts", Integer, nullable=False),
    Column("is_verified", Boolean, nullable=False),
    _time("expires_at", index=True),
)
