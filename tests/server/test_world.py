"""Database, seed and state over restarts."""

import sqlite3
import stat
from contextlib import closing

import pytest

from logto.server import LocalLogto
from logto.server.database import DatabaseError
from logto.server.seed_file import SeedError, check
from logto.server.serve import ListenError
from tests.server.manager import Manager


def test_state_survives_a_restart(tmp_path, open_browser):
    """Ids, secrets, keys, sessions and refresh tokens are the same from the same file."""
    path = str(tmp_path / "logto.sqlite3")
    with LocalLogto(database=path) as server:
        port = int(server.endpoint.rpartition(":")[2])
        browser = open_browser(server)
        token = browser.sign_in()["refresh_token"]
        seeded = server.seeded
    with LocalLogto(database=path, port=port) as server:
        assert server.seeded == seeded
        browser.server = server
        assert browser.refresh(token)["refresh_token"] == token
        assert "code" in browser.callback_of(prompt="none")


def test_a_password_is_shown_only_if_it_is_the_stored_one(tmp_path, open_browser):
    """A restart with another seed shows none of that seed's passwords; the first seed's own are shown again."""
    path = str(tmp_path / "logto.sqlite3")
    other = {"users": [{"username": "alice", "password": "another-pass-123"}]}
    with LocalLogto(database=path) as server:
        shown = [user["password"] for user in server.seeded["users"]]
    assert shown == ["alice-pass-123", "bob-pass-12345"]
    with LocalLogto(database=path, seed=other) as server:
        assert [user["password"] for user in server.seeded["users"]] == [None, None]
        assert "another-pass-123" not in open_browser(server).http.get("/").text
    with LocalLogto(database=path) as server:
        assert [user["password"] for user in server.seeded["users"]] == shown


def test_a_database_file_is_private_and_holds_no_password_or_token(tmp_path, open_browser):
    """Mode 0600; passwords by scrypt, tokens by digest."""
    path = tmp_path / "logto.sqlite3"
    with LocalLogto(database=str(path)) as server:
        tokens = open_browser(server).sign_in()
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"scrypt$" in content
    for secret in ("alice-pass-123", tokens["refresh_token"], tokens["access_token"]):
        assert secret.encode() not in content


def test_a_foreign_or_newer_database_is_one_clear_line(tmp_path):
    """No file, garbage, another program's, another version's: DatabaseError."""
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"not a database at all" * 100)
    foreign = tmp_path / "foreign"
    with closing(sqlite3.connect(foreign)) as db, db:
        db.execute("CREATE TABLE theirs (x)")
    newer = tmp_path / "newer"
    with LocalLogto(database=str(newer)):
        pass
    with closing(sqlite3.connect(newer)) as db, db:
        db.execute("UPDATE logto_meta SET value = '99' WHERE name = 'schema'")
    for path, words in (
        (garbage, "not a database"),
        (foreign, "another program"),
        (newer, "version 99"),
        (tmp_path / "no" / "folder", "No such file"),
    ):
        with pytest.raises(DatabaseError, match=words) as caught:
            LocalLogto(database=str(path)).start()
        assert "\n" not in str(caught.value)


def test_a_database_of_an_older_version_is_widened(tmp_path):
    """New tables and columns are added, what was there stays, and the Management API can use both."""
    path = tmp_path / "older"
    with LocalLogto(database=str(path)) as server:
        seeded = server.seeded
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE logto_meta SET value = '1' WHERE name = 'schema'")
        db.execute("DROP TABLE hooks")
        db.execute("ALTER TABLE organizations DROP COLUMN color")
    for _ in range(2):
        with LocalLogto(database=str(path)) as server:
            assert {**server.seeded, "endpoint": None} == {**seeded, "endpoint": None}
            manager = Manager(server)
            assert manager.call(200, "GET", "/hooks") == []
            assert manager.named("/organizations", "Acme")["color"] == {}
            manager.close()


def test_a_taken_port_is_one_clear_line(server):
    """ListenError names the port."""
    port = int(server.endpoint.rpartition(":")[2])
    with pytest.raises(ListenError, match=f"port {port}: something else"):
        LocalLogto(port=port).start()


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        ([], "the file: an object is expected"),
        ({"user": []}, "user: is not known here"),
        ({"users": {}}, "users: a list is expected"),
        ({"users": [{"name": "x"}]}, "users[0]: a username"),
        ({"users": [{"username": "a"}, {"username": "b", "primaryEmail": 1}]}, "users[1].primaryEmail: text"),
        ({"users": [{"username": "a"}, {"username": "a"}]}, "users[1].username: 'a' is there twice"),
        ({"users": [{"username": "a", "roles": ["x"]}]}, "users[0].roles: 'x' is no role"),
        ({"applications": [{"name": "a"}]}, "applications[0].type: is missing"),
        ({"applications": [{"name": "a", "type": "Web"}]}, "applications[0].type: Traditional, SPA"),
        ({"resources": [{"indicator": "https://a", "scopes": ["a", "a"]}]}, "resources[0].scopes: 'a' is there twice"),
        ({"roles": [{"name": "r", "scopes": {"https://a": ["x"]}}]}, "roles[0].scopes: 'https://a' is no resource"),
        ({"organizations": [{"name": "o", "members": {"x": []}}]}, "organizations[0].members: 'x' is no user"),
    ],
)
def test_a_wrong_seed_names_the_place(seed, message):
    """The path in the file, and what was expected there."""
    with pytest.raises(SeedError) as caught:
        check(seed)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["seed.yaml", "seed.json"])
def test_a_seed_file_fixes_what_it_names(tmp_path, name, open_browser):
    """Ids and secrets as written; what is not named does not exist."""
    path = tmp_path / name
    path.write_text(
        '{"applications": [{"name": "Mine", "type": "Traditional", "id": "my-app", "secret": "s3cret", '
        '"oidcClientMetadata": {"redirectUris": ["http://localhost:3000/callback"]}}], '
        '"users": [{"username": "zoe", "password": "zoe-pass-123"}]}'
    )
    with LocalLogto(seed=path) as server:
        assert (server.seeded["appId"], server.seeded["appSecret"], server.seeded["spaAppId"]) == (
            "my-app",
            "s3cret",
            None,
        )
        assert open_browser(server).sign_in("zoe")["id_token"]


def test_the_sample_data_is_what_the_issue_promises(server):
    """The members of the JSON line, in order, and the shapes of the ids."""
    seeded = server.seeded
    assert list(seeded) == [
        "endpoint",
        "appId",
        "appSecret",
        "app2Id",
        "app2Secret",
        "spaAppId",
        "deviceAppId",
        "m2mAppId",
        "m2mAppSecret",
        "managementAppId",
        "managementAppSecret",
        "users",
        "organizations",
        "resources",
    ]
    assert [len(seeded[name]) for name in ("appId", "appSecret", "spaAppId", "deviceAppId")] == [21, 32, 21, 21]
    assert [list(user) for user in seeded["users"]] == [["username", "password", "id"]] * 2
    assert [row["name"] for row in seeded["organizations"]] == ["Acme", "Beta", "Other"]
    assert seeded["resources"] == ["https://shopping.your-app.com/api", "https://store.your-app.com/api"]


def test_an_organization_role_is_for_people_or_for_machines(fresh_server):
    """`type` in a seed file: people unless it says otherwise."""
    from sqlalchemy import select

    from logto.server.schema import organization_roles

    with fresh_server.world.transaction() as db:
        found = {row.name: row.type for row in db.execute(select(organization_roles))}
    assert found == {"admin": "User", "member": "User", "service": "MachineToMachine"}
    wrong = {"organizationRoles": [{"name": "r", "type": "Robot"}]}
    with pytest.raises(SeedError, match=r"organizationRoles\[0\].type: User or MachineToMachine is expected"):
        check(wrong)


def test_the_device_application_is_the_one_that_is_set_to_it():
    """Another Native application is none, and without one there is nothing to name."""
    native = {"name": "App", "type": "Native", "id": "app"}
    device = {"name": "Device", "type": "Native", "id": "device", "customClientMetadata": {"isDeviceFlow": True}}
    for applications, expected in (([native], None), ([native, device], "device")):
        with LocalLogto(seed={"applications": applications}) as server:
            assert server.seeded["deviceAppId"] == expected
