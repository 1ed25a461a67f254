"""Users who look after their own accounts."""

import pytest

from tests.server.account.account import SCOPE, Account
from tests.server.manager import Manager


@pytest.fixture
def open_account(server):
    """Opens accounts that are closed after the test: new users' at the module's server unless a token is given."""
    opened = []

    def open_one(token=None, at=None, **kwargs):
        opened.append(Account(at or server, token, **kwargs))
        return opened[-1]

    yield open_one
    for account in opened:
        account.close()


@pytest.fixture
def account(open_account):
    """A new user's."""
    return open_account()


@pytest.fixture
def fresh_account(open_account, fresh_server):
    """A new user's, at a server of the test's own."""
    return open_account(at=fresh_server)


@pytest.fixture
def signed_in(open_account, server):
    """Opens the account of a sample user who signs in with a browser."""

    def signed_in(browser, username="alice", scope=SCOPE):
        password = next(row["password"] for row in server.seeded["users"] if row["username"] == username)
        return open_account(browser.sign_in(username, scope=scope)["access_token"], browser.server, password=password)

    return signed_in


@pytest.fixture(scope="module")
def manager(server):
    """What configures the module's server."""
    made = Manager(server)
    yield made
    made.close()


@pytest.fixture
def settings(manager):
    """Changes the account center for the test."""
    before = manager.call(200, "GET", "/account-center")
    yield lambda **changed: manager.call(200, "PATCH", "/account-center", changed)
    manager.call(200, "PATCH", "/account-center", {name: before[name] for name in ("enabled", "fields")})
