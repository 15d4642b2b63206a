"""`python -m tests.webapp.write_access_matrix`: write down who may do what, to be reviewed."""

import tempfile

import workflows.tables
from tests.conftest import NOW
from tests.flushing import without_flushing
from tests.webapp.access_world import World
from tests.webapp.conftest import SETTINGS
from tests.webapp.test_access_matrix import MATRIX, write
from webapp import create_app
from workflows.clock import FixedClock
from workflows.database import Base

assert workflows.tables

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        database = without_flushing(f"sqlite:///{folder}/understudy.sqlite")
        Base.metadata.create_all(database.engine)
        app = create_app(SETTINGS, database=database, clock=FixedClock(NOW))
        write(app, World(app, database, NOW))
        database.close()
    print(f"Review {MATRIX} with `git diff`.")
