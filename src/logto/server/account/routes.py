"""The Account API's route table: every call on one page."""

from starlette.routing import Route

from logto.server.api.call import PREFIX, Row, route
from logto.server.exchange import endpoint

from . import profile, sessions, verifications
from .access import authenticate, dressed, preflight
from .identifiers import EMAIL, PHONE

ACCOUNT = "/my-account"

ROWS = (
    Row("GET", ACCOUNT, profile.get),
    Row("PATCH", ACCOUNT, profile.change),
    Row("PATCH", ACCOUNT + "/profile", profile.change_profile),
    Row("POST", ACCOUNT + "/password", profile.change_password, None, profile.digest_of),
    Row("POST", ACCOUNT + "/primary-email", EMAIL.replace),
    Row("DELETE", ACCOUNT + "/primary-email", EMAIL.remove),
    Row("POST", ACCOUNT + "/primary-phone", PHONE.replace),
    Row("DELETE", ACCOUNT + "/primary-phone", PHONE.remove),
    Row("GET", ACCOUNT + "/sessions", sessions.listed),
    Row("DELETE", ACCOUNT + "/sessions/{sessionId}", sessions.end),
    Row("POST", "/verifications/password", verifications.by_password, None, verifications.check_password),
    Row("POST", "/verifications/verification-code", verifications.send_code),
    Row("POST", "/verifications/verification-code/verify", verifications.verify_code),
)

PATHS = tuple(dict.fromkeys(row.path for row in ROWS))
ROUTES = [
    *(route(row, authenticate, dressed) for row in ROWS),
    *(Route(PREFIX + path, endpoint(preflight), methods=["OPTIONS"]) for path in PATHS),
]
