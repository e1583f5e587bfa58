"""Review of a plan document: proposals beside the ledger, a person's decisions, and their entry.

The command line and the dashboard page use the same functions: `open_review` reads and compares,
`accept`, `edit` and `reject` return a new review, `record_review` enters what was accepted.
"""

from monitor.plan_review.opening import PlanChoice, open_review
from monitor.plan_review.recording import ImportReport, record_review
from monitor.plan_review.review import (
    Decision,
    Draft,
    Item,
    PlanReview,
    accept,
    edit,
    pending,
    reject,
)
from monitor.plan_review.sheet import read_decisions, sheet_bytes
from monitor.plan_review.terms import item_problem

__all__ = [
    "Decision",
    "Draft",
    "ImportReport",
    "Item",
    "PlanChoice",
    "PlanReview",
    "accept",
    "edit",
    "item_problem",
    "open_review",
    "pending",
    "read_decisions",
    "record_review",
    "reject",
    "sheet_bytes",
]
