"""What local Logto refuses with: the OIDC endpoints' bodies and the Experience API's."""

from collections.abc import Mapping

from .messages import translate


class Refusal(Exception):  # noqa: N818  # an answer, not a mistake
    """A request that is refused with a status and a JSON body; what was written before it stays written."""

    status: int
    headers: Mapping[str, str]

    def body(self, language: str, plain: bool = False) -> dict[str, object]:
        """Return the JSON body in `language` ("en" or "fr"); `plain` leaves out Logto's own members."""
        raise NotImplementedError


class OidcError(Refusal):
    """An OAuth error with Logto's superset of members (LOGTO.md 3.5)."""

    def __init__(
        self,
        error: str,
        description: str | None = None,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status
        self.headers = headers or {}
        self.extra = dict(extra or {})

    def oauth(self) -> dict[str, str]:
        """Return `error` and, where there is one, `error_description`, as a callback carries them."""
        members = {"error": self.error}
        if self.description:
            members["error_description"] = self.description
        return members

    def body(self, language: str, plain: bool = False) -> dict[str, object]:
        """Return Logto's superset of an OAuth error, or with `plain` the OAuth error alone."""
        if plain:
            return {**self.oauth(), **self.extra}
        members: dict[str, object] = {
            "code": f"oidc.{self.error}",
            "message": translate(f"oidc.{self.error}", language),
        }
        if self.error == "invalid_grant":
            members["error_uri"] = "https://openid.sh/debug/invalid_grant"
        return {**members, **self.oauth(), **self.extra}


class ApiError(Refusal):
    """A refusal of an API below `/api`: `{"code", "message", "data"?, "details"?}`."""

    def __init__(
        self, code: str, status: int, data: Mapping[str, object] | None = None, details: str | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.headers = {}
        self.data = data
        self.details = details

    def body(self, language: str, plain: bool = False) -> dict[str, object]:  # noqa: ARG002  # always plain
        """Return `code`, `message` and, where there are some, `data` and `details`."""
        members: dict[str, object] = {"message": translate(self.code, language), "code": self.code}
        if self.data is not None:
            members["data"] = dict(self.data)
        return members if self.details is None else {**members, "details": self.details}


def invalid_request(description: str) -> OidcError:
    """Return the error of a malformed request."""
    return OidcError("invalid_request", description)


def missing_parameter(name: str) -> OidcError:
    """Return the error of an absent required parameter."""
    return invalid_request(f"missing required parameter '{name}'")


def invalid_grant() -> OidcError:
    """Return the one error of every refused code and refresh token: the cause cannot be told (LOGTO.md 3.5)."""
    return OidcError("invalid_grant", "grant request is invalid")


def invalid_target() -> OidcError:
    """Return the error of a resource that is unknown or was not asked for."""
    return OidcError("invalid_target", "resource indicator is missing, or unknown")
