"""How past probabilities turned out: what was said, what a replay would have said, and what came."""

from monitor.track_record.reading import (
    DayThen,
    PlanReplay,
    SourceRecord,
    TargetReplay,
    TargetThen,
    TrackRecord,
    day_then,
    plan_replay,
    track_record,
)
from monitor.track_record.replaying import (
    REPLAY_STEPS,
    ReplaySummary,
    replay,
    replay_days,
    replayed_plans,
)

__all__ = [
    "REPLAY_STEPS",
    "DayThen",
    "PlanReplay",
    "ReplaySummary",
    "SourceRecord",
    "TargetReplay",
    "TargetThen",
    "TrackRecord",
    "day_then",
    "plan_replay",
    "replay",
    "replay_days",
    "replayed_plans",
    "track_record",
]
