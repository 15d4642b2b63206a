"""The limit over HTTP: one form and one durable commit, served as the product is."""

import os
from typing import Any

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from gunicorn.app.base import BaseApplication

from webapp.cli.server import THREADS
from workflows.database import Database

ADDRESS = "UNDERSTUDY_BENCH_DATABASE"
PORT = "UNDERSTUDY_BENCH_PORT"


def make_app(database: Database) -> Flask:
    """Return an application that keeps one value of a form."""
    app = Flask("limit")

    @app.get("/health/ready")
    def ready() -> str:
        return "ready"

    @app.post("/")
    def keep() -> ResponseReturnValue:
        with database.engine.connect() as connection:
            if database.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            place = "?" if database.is_sqlite else "%s"
            statement = f"INSERT INTO bench_limit VALUES ({place})"  # noqa: S608  (no value in it)
            connection.exec_driver_sql(statement, (request.form["answer_1"],))
            connection.commit()
        return redirect("/")

    return app


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with one process of threads, as the product has it."""

    def load_config(self) -> None:
        """Set the same as for the product."""
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{os.environ[PORT]}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application in the child."""
        return make_app(Database(os.environ[ADDRESS]))


if __name__ == "__main__":
    Server(prog="limit").run()
