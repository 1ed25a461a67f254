"""How much room a session takes in a browser's cookies, with the tokens that Logto makes."""

from logto import LogtoSyncClient, UserInfoScope
from logto.client.sessions import LogtoSyncSessions
from logto.sessions import CookieStore, NoSession
from tests.sessions.visits import KEY, Jar

URL = "http://localhost:3000/"


def test_an_id_token_and_three_access_tokens_fit_into_1900_bytes(logto_server):
    """ID token, refresh token, two API resources' tokens and one organization's, all ES384: one cookie, name and all."""
    scopes = [*UserInfoScope, "read", "write", "org:read", "org:write", "invite:member"]
    with LogtoSyncClient(logto_server.config(scopes=scopes, resources=logto_server.resources), NoSession()) as client:
        sessions, jar = LogtoSyncSessions(client, CookieStore(KEY)), Jar()

        def visit(operation, *args):
            session = sessions.open(dict(jar), URL)
            result = getattr(client.with_session(session), operation)(*args)
            jar.take(sessions.close(session))
            return result

        visit(
            "handle_sign_in_callback", logto_server.sign_in(visit("sign_in", "http://localhost:3000/callback"), "alice")
        )
        tokens = [visit("get_access_token", resource) for resource in logto_server.resources[:2]]
        tokens.append(visit("get_organization_token", next(iter(logto_server.organizations.values()))))

        kept = sessions.open(dict(jar), URL).identity()
        assert {*tokens} <= {token.token for token in kept.access_tokens.values()}
        assert kept.refresh_token
        assert list(jar) == ["logto"]
        assert len(f"logto={jar['logto']}") <= 1900
