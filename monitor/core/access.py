"""Who asks: an actor with roles and a scope, checked by every command and every query."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.core.errors import PermissionDeniedError


class Role(StrEnum):
    """What an actor may do, from least to most."""

    VIEWER = "viewer"
    OWNER = "owner"
    PLANNER = "planner"
    ADMIN = "admin"


@dataclass(frozen=True)
class Scope:
    """Which rows an actor sees; None means all of them."""

    regions: frozenset[str] | None = None
    departments: frozenset[str] | None = None

    def admits(self, *, region: str, departments: tuple[str, ...] = ()) -> bool:
        """Whether a row of that region and those departments is inside the scope."""
        if self.regions is not None and region not in self.regions:
            return False
        return self.departments is None or bool(self.departments.intersection(departments))


@dataclass(frozen=True)
class Actor:
    """A person or job that asks or acts."""

    name: str
    roles: frozenset[Role]
    scope: Scope = Scope()
    sees_embargoed: bool = False

    def has(self, role: Role) -> bool:
        """Whether the actor holds the role, or one above it."""
        ranks = list(Role)
        return any(ranks.index(held) >= ranks.index(role) for held in self.roles)

    def check(self, role: Role, *, action: str, region: str = "", departments: tuple[str, ...] = ()) -> None:
        """Raise unless the actor holds the role and, where a region is named, has it in scope.

        Raises
        ------
        PermissionDeniedError
            If either fails.
        """
        if not self.has(role):
            raise PermissionDeniedError(self.name, action, f"without the role {role}")
        if region and not self.scope.admits(region=region, departments=departments):
            raise PermissionDeniedError(self.name, action, f"in region {region}")


LOCAL_ADMINISTRATOR = Actor("local-administrator", frozenset({Role.ADMIN}), sees_embargoed=True)
"""The one actor until sign-in is configured; the service then listens on the local machine only."""

SCHEDULER = Actor("scheduler", frozenset({Role.ADMIN}), sees_embargoed=True)
"""Who acts when a job runs at its due time."""
