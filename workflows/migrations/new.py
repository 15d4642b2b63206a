"""
Write a new migration from the difference between the tables and the last step.

    python -m workflows.migrations.new "Add a column for the reason"
    python -m workflows.migrations.new "First tables" --from-scratch

The second form throws all steps away and writes one first step anew. It is
right only as long as no installation has a database to keep.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from workflows import migrate
from workflows.database import Database

VERSIONS = Path(__file__).parent / "versions"


def write(message: str) -> Path:
    """Write the next migration and return its file."""
    with tempfile.TemporaryDirectory(prefix="understudy-migration-") as folder:
        database = Database(f"sqlite:///{folder}/empty.sqlite")
        migrate.upgrade(database)
        with database.engine.connect() as connection, connection.begin():
            config = migrate.configuration(connection)
            number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        database.close()
    written = next(VERSIONS.glob(f"{number:04}_*.py"))
    _tidy(written)
    return written


def _tidy(written: Path) -> None:
    """Give the new file the layout of the project; where ruff is missing it is only ugly."""
    for arguments in (["format"], ["check", "--fix"], ["format"]):
        command_line = [sys.executable, "-m", "ruff", *arguments, "-q", str(written)]
        subprocess.run(command_line, check=False)  # noqa: S603


def main() -> None:
    """Read the command line and write the migration."""
    parser = argparse.ArgumentParser(description="Write a new migration.")
    parser.add_argument("message", help="what the step does, as a short sentence")
    parser.add_argument("--from-scratch", action="store_true", help="replace all steps by one")
    arguments = parser.parse_args()
    if arguments.from_scratch:
        for step in VERSIONS.glob("[0-9]*.py"):
            step.unlink()
    sys.stdout.write(f"{write(arguments.message)}\n")


if __name__ == "__main__":
    main()
