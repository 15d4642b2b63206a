"""Connections are cut at any moment, also at COMMIT: repeating under the same key loses nothing."""

import contextlib
import itertools
import socket
import sqlite3
import threading
from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from tests.crash.checker import Acknowledged, faults
from tests.crash.clients import Client
from tests.crash.sizes import CUTS
from tests.crash.world import World, furnish
from workflows.database import Database

CLIENTS = 4
_COMMIT = b"COMMIT\x00"
_ACTS_WITHIN_SECONDS = 1.0


class CuttingProxy:
    """
    Stands between the product and PostgreSQL, and cuts connections.

    Every few requests it cuts one: before a request reaches the server, after
    it did but before its answer is heard, or exactly so around a COMMIT.
    """

    def __init__(self, server: str, seed: int) -> None:
        self._server = server
        self._random = Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0
        self.cuts_at_commit = 0
        self.is_cutting = True
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        """Hand requests on, but for those that are cut."""
        try:
            while content := client.recv(65_536):
                is_commit = _COMMIT in content
                dice = self._random.random()
                if not self.is_cutting or dice > (0.12 if is_commit else 0.012):
                    server.sendall(content)
                    continue
                self.cuts += 1
                self.cuts_at_commit += is_commit
                if self._random.random() < 0.6:
                    # The server gets it and acts, but nobody hears the answer. The first part
                    # of several questions has none before the rest comes.
                    client.close()
                    server.sendall(content)
                    server.settimeout(_ACTS_WITHIN_SECONDS)
                    server.recv(1)
                break
        except OSError:
            pass
        _shut(client, server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        """Hand answers back."""
        try:
            while content := server.recv(65_536):
                client.sendall(content)
        except OSError:
            pass
        _shut(client, server)


def _shut(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@pytest.fixture
def proxied(database: Database) -> Iterator[tuple[Database, Database, CuttingProxy]]:
    """A PostgreSQL database as it is, and as it is seen through the proxy."""
    url = make_url(database.url)
    proxy = CuttingProxy(f"{url.query['host']}/.s.PGSQL.5432", seed=5)
    through = url.set(host="127.0.0.1", port=proxy.port, query={"sslmode": "disable"})
    cut = Database(through.render_as_string(hide_password=False))
    yield database, cut, proxy
    cut.close()
    proxy.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_connections_that_are_cut_lose_nothing_and_double_nothing(
    proxied: tuple[Database, Database, CuttingProxy],
) -> None:
    direct, cut, proxy = proxied
    token = furnish(direct)
    proxy.is_cutting = False
    world = World(cut, token)
    proxy.is_cutting = True
    acknowledged = _work(world, lambda: proxy.cuts >= CUTS)
    proxy.is_cutting = False

    assert proxy.cuts_at_commit > 0
    assert len(acknowledged) > CLIENTS
    found = faults(direct, acknowledged)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_busy_sqlite_file_loses_nothing_and_doubles_nothing(database: Database) -> None:
    token = furnish(database)
    database.close()
    event.listen(
        database.engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA busy_timeout=20"),
    )
    rounds = itertools.count()
    stopped = threading.Event()
    blocker = threading.Thread(target=_block, args=(database, rounds, stopped))
    blocker.start()
    acknowledged = _work(World(database, token), lambda: next(rounds) > CUTS)
    stopped.set()
    blocker.join()

    found = faults(database, acknowledged)
    assert not found, "\n".join(found)


def _block(database: Database, _rounds: object, stopped: threading.Event) -> None:
    """Hold the lock for writers longer than they wait, again and again."""
    file = database.engine.url.database
    assert file is not None
    # Those who write are not served in order: this one may wait long for its turn, too.
    connection = sqlite3.connect(file, isolation_level=None, timeout=600)
    while not stopped.is_set():
        connection.execute("BEGIN IMMEDIATE")
        stopped.wait(0.05)
        connection.execute("ROLLBACK")
        stopped.wait(0.03)
    connection.close()


def _work(world: World, is_enough: object) -> list[Acknowledged]:
    """Let clients work until it is enough, each to the end of what it is at."""
    assert callable(is_enough)
    clients = [Client(world.request, name=f"c{number}") for number in range(CLIENTS)]

    def run(client: Client) -> None:
        while not is_enough():
            client.play()

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [client.trouble for client in clients if client.trouble] == []
    return [answer for client in clients for answer in client.acknowledged]
