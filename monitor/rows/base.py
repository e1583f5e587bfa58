"""What every row is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

AnyRow = sa.Row[*tuple[Any, ...]]
