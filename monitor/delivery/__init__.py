"""Delivery: what is due in the outbox goes to the mail server and the channels, never twice, never unseen.

Guarantees and their limits: docs/delivery.md.
"""

from monitor.delivery.channels import check_channels
from monitor.delivery.delivering import DeliverySummary, deliver_due
from monitor.delivery.recovering import Recovery, recover_claims, worker_identity

__all__ = [
    "DeliverySummary",
    "Recovery",
    "check_channels",
    "deliver_due",
    "recover_claims",
    "worker_identity",
]
