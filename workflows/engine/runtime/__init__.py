"""The token game: a pure function from a state and a command to the next state."""

from workflows.engine.runtime.step import step

__all__ = ["step"]
