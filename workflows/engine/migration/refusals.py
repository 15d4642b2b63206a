"""What can stand in the way of a migration as a whole, named by what the reader can do."""

from workflows.errors import Conflict, Invalid, NotFound


class MigrationNotFound(NotFound):
    """No migration has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no migration {number}.")


class NothingToMigrate(Conflict):
    """Every open case runs on the version in force."""

    def __init__(self, process_key: str) -> None:
        super().__init__(f"Every open case of “{process_key}” runs on the version in force.")


class MigrationUnderWay(Conflict):
    """The cases of a process migrate once at a time."""

    def __init__(self) -> None:
        super().__init__(
            "Cases of this process are being migrated. Wait until that is done, or stop it."
        )


class MigrationMovedOn(Conflict):
    """It is not in the state in which somebody saw it."""

    def __init__(self, state: str) -> None:
        super().__init__(f"This migration is {state} by now; look at it again.")


class TargetMovedOn(Conflict):
    """Another version came into force since the cases were looked at."""

    def __init__(self) -> None:
        super().__init__(
            "Another version came into force since the cases were looked at. Begin again with it."
        )


class MappingRefused(Invalid):
    """A mapping names an element that is not there."""

    def __init__(self, element_id: str, where: str) -> None:
        self.element_id, self.where = element_id, where
        super().__init__(f"“{element_id}” is no element of {where}. Choose one of its ids.")


class ReasonMissing(Invalid):
    """Whoever migrates cases says why."""

    def __init__(self) -> None:
        super().__init__("Say why the cases migrate, in a sentence for those who read it later.")
