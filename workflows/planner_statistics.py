"""What SQLite knows of how its tables are filled, counted afresh once a day."""

from datetime import timedelta

from sqlalchemy import func, select, text

from workflows.database import Database
from workflows.engine.jobs.port import Claim
from workflows.engine.occasion import Occasion
from workflows.engine.rounds import RoundWork
from workflows.engine.tables import Instance

ROW = "statistics"
EVERY = timedelta(days=1)
FROM_CASES = 1_000  # with fewer it does not matter where a query begins


class StatisticsWork(RoundWork):
    """
    Lets SQLite count what its tables hold, which PostgreSQL does by itself.

    Without that it begins some queries at the wrong end: with all cases instead of the few that
    stand still. It takes a second at 100,000 cases. The table of the counts is made anew,
    because only then every open connection reads it.
    """

    name = ROW
    row = ROW

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Count, where there are many cases."""
        is_wanted = database.is_sqlite and _cases(database) >= FROM_CASES
        with database.unit_of_work() as session:
            if is_wanted:
                session.execute(text("DROP TABLE IF EXISTS sqlite_stat1"))
                session.execute(text("ANALYZE"))
            self.settle(session, claim, due_at=occasion.now + EVERY, round_ended_at=occasion.now)
        return False


def _cases(database: Database) -> int:
    """Count the cases."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Instance)) or 0


WORK = StatisticsWork()
