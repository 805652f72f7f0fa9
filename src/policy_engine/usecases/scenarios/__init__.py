"""Run feature files: policy staff write scenarios, one table of steps says what each step does."""

from policy_engine.usecases.scenarios.running import run_scenarios
from policy_engine.usecases.scenarios.story import Ran, Setting, StepError, Story

__all__ = ["Ran", "Setting", "StepError", "Story", "run_scenarios"]
