"""What can stand in the way of a migration as a whole, named by what the reader can do."""

from rules.sentences import Sentence, Term
from workflows.errors import Conflict, Invalid, NotFound


class MigrationNotFound(NotFound):
    """No migration has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no migration {number}.")


class NothingToMigrate(Conflict):
    """Every open case runs on the version in force."""

    def __init__(self, process_key: str) -> None:
        super().__init__(
            Sentence(
                "Every open case of “%(process_key)s” runs on the version in force.",
                process_key=process_key,
            )
        )


class MigrationUnderWay(Conflict):
    """The cases of a process migrate once at a time."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "Cases of this process are being migrated. Wait until that is done, or stop it."
            )
        )


class MigrationMovedOn(Conflict):
    """It is not in the state in which somebody saw it."""

    def __init__(self, state: str) -> None:
        super().__init__(
            Sentence(
                "This migration is “%(state)s” by now; look at it again.",
                state=Term("migration", state),
            )
        )


class TargetMovedOn(Conflict):
    """Another version came into force since the cases were looked at."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "Another version came into force since the cases were looked at. Begin again"
                " with it."
            )
        )


class MappingRefused(Invalid):
    """A mapping names an element that is not there."""

    def __init__(self, element_id: str, where: Sentence) -> None:
        self.element_id, self.where = element_id, where
        super().__init__(
            Sentence(
                "“%(element_id)s” is no element of %(where)s. Choose one of its ids.",
                element_id=element_id,
                where=where,
            )
        )


class ReasonMissing(Invalid):
    """Whoever migrates cases says why."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("Say why the cases migrate, in a sentence for those who read it later.")
        )
