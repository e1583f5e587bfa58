"""Review of a plan document: proposals beside the ledger, a person's decisions, and their entry.

`open_review` reads and compares, `accept`, `edit` and `reject` return a new review, `record_review`
enters what was accepted. A review that goes on for days is stored: `begin_review`, `load_review`,
`decide`, `accept_clean`, `take_sheet` and `record_ongoing` do the same with every decision kept.
"""

from monitor.core.reviews import Decision
from monitor.plan_review.ending import SheetReport, record_ongoing, review_sheet, take_sheet
from monitor.plan_review.opening import PlanChoice, open_review
from monitor.plan_review.recognising import Recognised, recognise
from monitor.plan_review.recording import IMPORTED, ImportReport, record_review, usual_start
from monitor.plan_review.review import (
    Draft,
    Item,
    PlanReview,
    accept,
    edit,
    pending,
    reject,
)
from monitor.plan_review.reviewing import (
    OngoingReview,
    accept_clean,
    begin_review,
    decide,
    is_open,
    load_review,
)
from monitor.plan_review.sheet import read_decisions, sheet_bytes
from monitor.plan_review.terms import DraftGap, draft_problems, item_problem

__all__ = [
    "IMPORTED",
    "Decision",
    "Draft",
    "DraftGap",
    "ImportReport",
    "Item",
    "OngoingReview",
    "PlanChoice",
    "PlanReview",
    "Recognised",
    "SheetReport",
    "accept",
    "accept_clean",
    "begin_review",
    "decide",
    "draft_problems",
    "edit",
    "is_open",
    "item_problem",
    "load_review",
    "open_review",
    "pending",
    "read_decisions",
    "recognise",
    "record_ongoing",
    "record_review",
    "reject",
    "review_sheet",
    "sheet_bytes",
    "take_sheet",
    "usual_start",
]
