"""What can be wrong with a history."""


class HistoryTroubleError(Exception):
    """The history cannot be used now; its text says what is wrong and what to do next, and holds no secret.

    Attributes:
        damaged: the file itself is broken, and can be set aside.
    """

    def __init__(self, told: str, *, damaged: bool = False) -> None:
        super().__init__(told)
        self.damaged = damaged


class BrokenRowError(Exception):
    """A row is not what this program writes."""


class NewerSchemaError(Exception):
    """A later version of the program wrote the history: it is left alone."""
