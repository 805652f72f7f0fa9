"""The exit codes under the name by which commands know them."""

from policy_engine.foundation.exits import Exit, exit_of, worst

__all__ = ["Exit", "exit_of", "worst"]
