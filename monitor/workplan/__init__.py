"""Plan text in, proposed targets out; nothing here reads a file, a clock or a database."""

from monitor.workplan.candidates import Candidate, ReviewReason
from monitor.workplan.extract import Extraction, extract_targets, read_facts
from monitor.workplan.heading import PlanFacts, region_names
from monitor.workplan.resolve import Proposal, Resolver, fits_unit, resolved

__all__ = [
    "Candidate",
    "Extraction",
    "PlanFacts",
    "Proposal",
    "Resolver",
    "ReviewReason",
    "extract_targets",
    "fits_unit",
    "read_facts",
    "region_names",
    "resolved",
]
