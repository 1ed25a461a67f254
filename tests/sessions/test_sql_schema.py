"""The tables of `SqlStore`: made, found, brought up to date, refused."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, inspect, text

from logto.errors import ConfigurationError, StorageError
from logto.sessions import Stored
from logto.sessions.sql_schema import VERSION, check, create, make_tables, metadata
from tests.sessions.databases import LATER, blocking_url

VALUE = Stored(b"value", 1, LATER, ("index",))


@pytest.fixture
def engine(database_url):
    """An engine of somebody who looks at, or changes, the database behind the store's back."""
    made = create_engine(blocking_url(database_url))
    yield made
    made.dispose()


@pytest.fixture
def tables():
    """The tables under their default names."""
    return make_tables()


def old_layout(connection, version):
    """Makes up an older layout: lifetimes in another column, and in milliseconds; no locks."""
    connection.execute(text("CREATE TABLE logto_session_schema (version INTEGER NOT NULL)"))
    connection.execute(text("INSERT INTO logto_session_schema VALUES (:version)"), {"version": version})
    connection.execute(text("CREATE TABLE old_sessions (id TEXT, data TEXT, expires_ms BIGINT)"))
    connection.execute(text("INSERT INTO old_sessions VALUES ('key', 'value', 4000000000000)"))


def from_0_to_1(connection, tables):
    """What would turn that layout into ours, within whatever the database can do in one transaction."""
    for table in (tables.sessions, tables.indexes, tables.locks):
        table.create(connection)
    for row in connection.execute(text("SELECT id, data, expires_ms FROM old_sessions")).all():
        values = {"key": row.id, "value": row.data.encode(), "expires_at": row.expires_ms / 1000}
        connection.execute(tables.sessions.insert().values(version=1, indexes="[]", **values))
    connection.execute(text("DROP TABLE old_sessions"))


def begin(engine):
    """A transaction that may write from its beginning, as the store's own do."""
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    return connection


def test_an_older_layout_is_brought_up_to_date(engine, tables, database_url, new_store):
    """Each step is taken once, in order, and what was kept is still there."""
    with engine.begin() as connection:
        old_layout(connection, -1)
    taken = []

    def from_minus_1_to_0(connection, tables):
        taken.append(-1)

    def to_1(connection, tables):
        taken.append(0)
        from_0_to_1(connection, tables)

    for _ in range(2):
        with begin(engine) as connection:
            create(connection, tables, {-1: from_minus_1_to_0, 0: to_1})
            connection.commit()

    assert taken == [-1, 0]
    assert new_store(database_url).load("key") == Stored(b"value", 1, LATER)


def test_a_migration_that_fails_changes_nothing(engine, tables):
    """When a step breaks off half-way, layout and version are what they were."""
    with engine.begin() as connection:
        old_layout(connection, 0)

    def broken(connection, tables):
        from_0_to_1(connection, tables)
        raise RuntimeError

    with begin(engine) as connection, pytest.raises(RuntimeError):
        create(connection, tables, {0: broken})

    assert set(inspect(engine).get_table_names()) == {"logto_session_schema", "old_sessions"}
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version FROM logto_session_schema")) == 0


@pytest.mark.parametrize("create_it", [True, False])
def test_another_version_is_a_clear_error(engine, database_url, new_store, create_it):
    """Tables of a newer version, or of an older one that no step leads away from, are refused, naming both versions."""
    new_store(database_url).create_schema()
    for version in (VERSION + 1, 0):
        with engine.begin() as connection:
            connection.execute(text("UPDATE logto_session_schema SET version = :v"), {"v": version})
        store = new_store(database_url, create=create_it)
        for _ in range(2):
            with pytest.raises(StorageError, match=rf"have version {version}, and .* {VERSION}\.") as failure:
                store.save("key", VALUE)
            assert failure.value.code == "storage.schema"
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM logto_sessions")) == 0


def test_without_create_the_tables_must_be_there(engine, database_url, new_store):
    """`create=False` makes nothing, says what is missing, and works once somebody has made it."""
    store = new_store(database_url, create=False)
    with pytest.raises(StorageError, match=r"no table logto_session_schema.*create_schema\(\)") as failure:
        store.load("key")
    assert failure.value.code == "storage.schema"
    assert inspect(engine).get_table_names() == []

    metadata.create_all(engine)  # as a migration of Alembic does, which writes no version
    assert store.save("key", VALUE) is True
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM logto_session_schema")) == 0


def test_create_schema_may_be_called_at_any_time(database_url, new_store):
    """Creating again changes nothing, and what is kept stays."""
    store = new_store(database_url, create=False)
    store.create_schema()
    store.save("key", VALUE)
    store.create_schema()

    assert store.load("key") == VALUE


@pytest.mark.anyio
async def test_create_schema_awaiting(engine, database_url, new_store):
    """The awaiting twin makes the same tables."""
    store = new_store(database_url, create=False)
    await store.acreate_schema()
    await store.aclose()

    assert set(inspect(engine).get_table_names()) == set(metadata.tables)


def test_several_processes_create_at_once(database_url):
    """Of processes that start together over an empty database, none fails."""
    program = (
        "import sys; from logto.sessions import SqlStore; store = SqlStore(sys.argv[1], timeout=20);"
        "sys.stdin.read(1); store.acquire('key', 'owner', 1)"
    )
    command = [sys.executable, "-c", program, database_url]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(4)]
    for process in started:
        process.stdin.write(b"\n")
        process.stdin.flush()

    assert [process.communicate()[0] or process.returncode for process in started] == [0] * 4


def test_several_threads_create_at_once(database_url, new_store):
    """The same for threads with stores of their own."""
    stores = [new_store(database_url) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda store: store.save("key", VALUE), stores))

    assert sum(saved) == 1


def test_two_prefixes_are_two_stores(engine, database_url, new_store):
    """Stores under two prefixes share a database and nothing else."""
    one, other = new_store(database_url), new_store(database_url, prefix="other_")
    one.save("key", VALUE)

    assert other.load("key") is None
    assert other.save("key", Stored(b"other", 1, LATER)) is True
    assert one.load("key") == VALUE
    assert {name.partition("_")[0] for name in inspect(engine).get_table_names()} == {"logto", "other"}


def test_the_tables_may_be_in_a_schema(postgresql_url, new_store):
    """With `schema`, the tables are there and nowhere else."""
    engine = create_engine(blocking_url(postgresql_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA auth"))
    store = new_store(postgresql_url, schema="auth")
    store.save("key", VALUE)

    assert store.load("key") == VALUE
    assert store.find("index") == ["key"]
    assert len(inspect(engine).get_table_names("auth")) == 4
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_metadata_is_what_the_store_makes(engine, database_url, new_store):
    """The exported metadata describes every table, column and index that the store creates, for Alembic to compare."""
    store = new_store(database_url)
    store.create_schema()

    assert store.metadata.tables.keys() == metadata.tables.keys()
    for table in metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in inspect(engine).get_columns(table.name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}
        indexes = {index["name"] for index in inspect(engine).get_indexes(table.name)}
        assert indexes == {index.name for index in table.indexes}


def test_a_sweep_and_a_look_use_an_index(engine, tables):
    """Neither what is over nor the sessions of a user are looked for row by row."""
    if engine.dialect.name == "postgresql":
        prefix, setting = "EXPLAIN", "SET enable_seqscan = off"
    else:
        prefix, setting = "EXPLAIN QUERY PLAN", "PRAGMA query_only = 0"
    with engine.begin() as connection:
        create(connection, tables)
        connection.exec_driver_sql(setting)
        for column, table in (("expires_at", "sessions"), ("until", "session_locks")):
            query = f'{prefix} SELECT key FROM logto_{table} WHERE "{column}" <= 1 ORDER BY "{column}" LIMIT 5'  # noqa: S608
            plan = str(connection.exec_driver_sql(query).all())
            assert re.search(rf"(?i)index.*{column}", plan)


@pytest.mark.parametrize("name", ["", "Logto_", "a-b", 'a"; DROP TABLE x', "1a", "a" * 41, "é", "a\n"])
def test_a_name_that_is_none(name):
    """Prefixes and schemas are lower-case letters, digits and underscores."""
    with pytest.raises(ConfigurationError) as failure:
        make_tables(prefix=name)
    assert failure.value.code == "configuration.sql"
    with pytest.raises(ConfigurationError):
        make_tables(schema=name or " ")


def test_checking_writes_nothing(engine, tables):
    """`check` needs no more than the right to read."""
    with engine.connect() as connection, pytest.raises(StorageError):
        check(connection, tables)
    assert inspect(engine).get_table_names() == []
