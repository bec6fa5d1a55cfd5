from __future__ import annotations

import pytest

from tests.googlesql.migrated_catalog import Migrated, migrated_catalog
from tests.googlesql.recorder import Recorder
from tests.googlesql.senders import send_all


@pytest.fixture(scope="session")
def migrated() -> Migrated:
    return migrated_catalog()


@pytest.fixture(scope="session")
def recorder(migrated: Migrated) -> Recorder:
    """A gateway that everything that composes SQL has been sent through."""
    made = Recorder(migrated.catalog)
    send_all(made)
    return made
