"""Every feature that policy staff wrote."""

from pytest_bdd import scenarios

scenarios(".")
