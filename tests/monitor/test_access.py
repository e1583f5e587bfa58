"""Who may do what, where."""

from __future__ import annotations

import pytest

from monitor.core.access import LOCAL_ADMINISTRATOR, Actor, Role, Scope
from monitor.core.errors import PermissionDeniedError

EVERYWHERE = Scope()
SICHUAN = Scope(regions=frozenset({"510000"}))
HIGH_TECH = Scope(departments=frozenset({"high_tech"}))


@pytest.mark.parametrize(
    ("held", "may"),
    [
        (Role.VIEWER, {Role.VIEWER}),
        (Role.OWNER, {Role.VIEWER, Role.OWNER}),
        (Role.PLANNER, {Role.VIEWER, Role.OWNER, Role.PLANNER}),
        (Role.ADMIN, set(Role)),
    ],
)
def test_a_role_includes_those_below(held: Role, may: set[Role]) -> None:
    actor = Actor("zhang", frozenset({held}))
    assert {role for role in Role if actor.has(role)} == may


def test_nobody_without_a_role() -> None:
    assert not Actor("nobody", frozenset()).has(Role.VIEWER)


@pytest.mark.parametrize(
    ("scope", "region", "departments", "admitted"),
    [
        (EVERYWHERE, "110000", (), True),
        (SICHUAN, "510000", (), True),
        (SICHUAN, "110000", (), False),
        (HIGH_TECH, "510000", ("high_tech", "planning"), True),
        (HIGH_TECH, "510000", ("planning",), False),
        (HIGH_TECH, "510000", (), False),
        (Scope(frozenset({"510000"}), frozenset({"high_tech"})), "110000", ("high_tech",), False),
    ],
)
def test_scope(scope: Scope, region: str, departments: tuple[str, ...], admitted: bool) -> None:
    assert scope.admits(region=region, departments=departments) is admitted


def test_refusals_are_sentences() -> None:
    owner = Actor("li", frozenset({Role.OWNER}), SICHUAN)
    owner.check(Role.OWNER, action="acknowledge", region="510000")
    with pytest.raises(PermissionDeniedError, match="li may not revise without the role planner; ask"):
        owner.check(Role.PLANNER, action="revise", region="510000")
    with pytest.raises(PermissionDeniedError, match="li may not acknowledge in region 110000; ask"):
        owner.check(Role.OWNER, action="acknowledge", region="110000")


def test_the_local_administrator_may_everything() -> None:
    LOCAL_ADMINISTRATOR.check(Role.ADMIN, action="restore", region="510000", departments=("high_tech",))
    assert LOCAL_ADMINISTRATOR.sees_embargoed
