"""The words of plan documents that targets stand on."""

from __future__ import annotations

import pytest

from monitor import commands, queries
from monitor.core.errors import PermissionDeniedError
from monitor.core.records import DocumentQuote
from monitor.store import Store
from tests.monitor.builders import ADMIN, OWNER, TARGET, VIEWER, catalogue
from tests.monitor.test_commands import accept_one, new_target


def test_a_target_names_the_words_it_was_accepted_from(store: Store) -> None:
    commands.seed_catalogue(store, ADMIN, catalogue())
    accept_one(store, ADMIN)
    accepted = new_target()["target"].code
    assert queries.quotes_of_target(store, VIEWER, accepted) == (DocumentQuote("plan.txt", "达到900家"),)
    assert queries.quotes_of_target(store, VIEWER, TARGET) == ()
    with pytest.raises(PermissionDeniedError):
        queries.quotes_of_target(store, OWNER, "sichuan_rd_2025")
