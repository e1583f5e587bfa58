"""The hidden sheet of a form: which one it is, and which rows it was given with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.core.errors import IngestError
from monitor.core.periods import Period
from monitor.forms.content import FORM_VERSION, Form

HIDDEN_SHEET = "_zhibiao"
_FIELDS = ("form", "version", "workspace", "department", "period", "made_at")
_AGAIN = "Export the form again with `zhibiao form export`, and copy what was filled in."


@dataclass(frozen=True)
class FormStamp:
    """What the hidden sheet says of a form.

    Parameters
    ----------
    keys : mapping of str to int
        Every row it was given with, and the ledger entry shown beside it (0 for a figure).
    """

    form_id: str
    workspace: str
    department: str
    period: str
    made_at: str
    keys: Mapping[str, int]


def hidden_rows(form: Form) -> list[tuple[str, str]]:
    """Name and value, row by row, with a check over all of them."""
    head = form.head
    told = (
        head.form_id,
        str(FORM_VERSION),
        head.workspace,
        head.department.code,
        str(head.period),
        head.made_at.isoformat(),
    )
    rows = list(zip(_FIELDS, told, strict=True))
    rows += [(key, str(sequence)) for key, sequence in form.keys().items()]
    return [*rows, ("check", _check(rows))]


def read_hidden(name: str, grid: Sequence[Sequence[str]]) -> FormStamp:
    """What the hidden sheet of a form says.

    Raises
    ------
    IngestError
        If the form is of another version, or its hidden sheet was changed.
    """
    rows = [(row[0].strip(), row[1].strip()) for row in grid if len(row) > 1 and row[0].strip()]
    told = dict(rows)
    if told.get("version", "") != str(FORM_VERSION):
        found = told.get("version") or "none"
        problem = f"The form is of version {found}; this program reads version {FORM_VERSION}."
        raise IngestError(name, problem, _AGAIN)
    check = told.pop("check", "")
    if check != _check([row for row in rows if row[0] != "check"]) or not set(_FIELDS) <= set(told):
        raise IngestError(name, "The hidden sheet of the form was changed.", _AGAIN)
    keys = {key: int(sequence) for key, sequence in told.items() if key not in _FIELDS}
    period = str(Period.parse(told["period"]))
    return FormStamp(told["form"], told["workspace"], told["department"], period, told["made_at"], keys)


def _check(rows: Sequence[tuple[str, str]]) -> str:
    return hashlib.sha256("\n".join("\t".join(row) for row in rows).encode()).hexdigest()
