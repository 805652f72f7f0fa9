"""A real PostgreSQL decides as the oracle and as `check` do: started by the tests, and stopped by them."""

import pytest

from effort import examples
from records.server import served, why_not
from relational import test_aggregates, test_cells, test_days, test_random_rules, test_shipped_rules
from relational.databases import postgres

pytestmark = [pytest.mark.xdist_group("postgres"), pytest.mark.skipif(bool(why_not()), reason=why_not())]


@pytest.fixture(scope="module")
def opened():
    with served() as address:
        yield lambda: postgres(address)


def test_postgres_decides_random_rules_as_the_oracle_does(opened):
    with opened() as database:
        test_random_rules.decide_alike(database, examples(60))


def test_postgres_counts_days_and_months_as_the_oracle_does(opened):
    test_days.test_sql_counts_days_and_months_as_the_oracle_does(opened)


def test_postgres_names_a_cell_that_can_not_be_read(opened):
    test_cells.test_a_cell_that_can_not_be_read_is_named(opened)
    test_cells.test_a_cell_that_can_be_read_refuses_nothing(opened)


def test_postgres_decides_purchases_as_check_does(opened):
    test_shipped_rules.decide_alike(opened, "采购事项")


def test_postgres_finds_in_a_table_what_is_found_in_a_list(opened):
    with opened() as database:
        test_aggregates.find_alike(database, examples(60))
