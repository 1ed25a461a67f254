"""The page on sessions in a database is true of real ones."""

import pytest

from tests.docs.blocks import blocks
from tests.house.repository import ROOT

PAGE = ROOT / "docs" / "sessions" / "sql.md"


@pytest.fixture(params=["postgresql", "sqlite"])
def page(request, logto_server, tmp_path, monkeypatch):
    """What the page tells its reader to set up, in an empty folder, and the names that its blocks make."""
    config = logto_server.config()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
    monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)
    monkeypatch.setenv("SESSION_KEY", "k" * 43)
    sqlite = request.param == "sqlite"
    url = "sqlite:///sessions.sqlite3" if sqlite else request.getfixturevalue("postgresql_url")
    monkeypatch.setenv("DATABASE_URL", url)
    names = {}
    yield names
    if "engine" in names:
        names["engine"].dispose()


def test_the_blocks_run_and_keep_sessions(page, logto_server):
    """The page's blocks, run in its order, sign alice in, and keep her signed in across stores and a sweep."""
    first, *others = [block for block in blocks(PAGE) if block.language == "python"]
    exec(compile(first.code, str(PAGE), "exec"), page)  # noqa: S102 - our own documentation
    sessions, store = page["sessions"], page["store"]
    session = sessions.open({}, "http://localhost:3000/")
    client = page["client"].with_session(session)
    client.handle_sign_in_callback(logto_server.sign_in(client.sign_in("http://localhost:3000/callback"), "alice"))
    (cookie,) = sessions.close(session)
    name, _, value = cookie.partition(";")[0].partition("=")
    for block in others:
        exec(compile(block.code, str(PAGE), "exec"), page)  # noqa: S102

    again = sessions.open({name: value}, "http://localhost:3000/")
    assert page["client"].with_session(again).get_id_token_claims().username == "alice"
    assert len(sessions.list_sessions(logto_server.users["alice"].id)) == 1
    assert set(page["target_metadata"][1].tables) == {
        "logto_sessions",
        "logto_session_indexes",
        "logto_session_locks",
        "logto_session_schema",
    }
    store.close()
