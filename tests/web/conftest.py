"""A desk that keeps records in a file of the test's own, where a file of tests opens no other."""

import pytest
from starlette.testclient import TestClient

import as_shipped
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web.app import make_app


@pytest.fixture
def records(tmp_path):
    """Name the file of the records."""
    return tmp_path / "记录.sqlite"


@pytest.fixture
def desk(tmp_path, records):
    """Open a desk."""
    sources = read_sources(shipped_rule_base(None).files)
    app = make_app(as_shipped.compiled(), sources, tmp_path / "drafts", str(records))
    with TestClient(app, base_url="http://127.0.0.1:8102") as client:
        yield client
