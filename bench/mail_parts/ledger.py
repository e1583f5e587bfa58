"""The outbox held against the mail server's own log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from monitor import queries
from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.core.outbox import MessageState
from monitor.store import Store

_OPEN = (MessageState.QUEUED, MessageState.SENDING)
_DENIED = (MessageState.QUEUED, MessageState.FAILED, MessageState.CANCELLED)


@dataclass(frozen=True)
class Comparison:
    """What was found.

    Parameters
    ----------
    queued : int
        Messages that were to be sent.
    states : Counter
        Messages by state.
    accepted : int
        Different messages in the server's log.
    accepted_twice : int
        Messages the server accepted more than once; must be 0.
    uncertain_accepted : int
        Uncertain messages that are in the log.
    delivered_unaccepted : int
        Messages called delivered that are not in the log; must be 0.
    accepted_denied : int
        Messages in the log that are called queued, failed or cancelled; must be 0.
    lost : int
        Messages that are not in the outbox at all, or neither delivered, failed, cancelled nor uncertain;
        must be 0.
    """

    queued: int
    states: Counter[MessageState]
    accepted: int
    accepted_twice: int
    uncertain_accepted: int
    delivered_unaccepted: int
    accepted_denied: int
    lost: int

    @property
    def holds(self) -> bool:
        """Whether nothing went out twice and nothing was lost."""
        return not (self.accepted_twice or self.delivered_unaccepted or self.accepted_denied or self.lost)

    def __str__(self) -> str:
        states = ", ".join(f"{state} {self.states[state]}" for state in MessageState)
        return (
            f"queued {self.queued}; {states}\n"
            f"accepted by the server {self.accepted} = delivered {self.states[MessageState.DELIVERED]}"
            f" + uncertain that it has {self.uncertain_accepted}\n"
            f"accepted twice {self.accepted_twice}; delivered but not accepted {self.delivered_unaccepted}; "
            f"accepted but denied {self.accepted_denied}; lost {self.lost}"
        )


def compare(store: Store, *, keys: Collection[str], accepted_ids: Sequence[str]) -> Comparison:
    """Compare every message that was to be sent with the server's log.

    Parameters
    ----------
    store : Store
        Where the outbox is.
    keys : collection of str
        Keys of all messages that were to be sent.
    accepted_ids : sequence of str
        `Message-ID` of everything the server accepted, with repetitions.
    """
    log = Counter(accepted_ids)
    outbox = {each.message.key: each for each in queries.outbox(store, LOCAL_ADMINISTRATOR)}
    found = [outbox[key] for key in keys if key in outbox]
    in_log = {each.message.key for each in found if each.message_id in log}
    return Comparison(
        queued=len(keys),
        states=Counter(each.state for each in found),
        accepted=len(log),
        accepted_twice=sum(count > 1 for count in log.values()),
        uncertain_accepted=sum(
            each.state is MessageState.UNCERTAIN and each.message.key in in_log for each in found
        ),
        delivered_unaccepted=sum(
            each.state is MessageState.DELIVERED and each.message.key not in in_log for each in found
        ),
        accepted_denied=sum(each.state in _DENIED and each.message.key in in_log for each in found),
        lost=len(keys) - len(found) + sum(each.state in _OPEN for each in found),
    )
