"""Labels of the screens, one module per page; each label is a pair, so that no language can lack one."""

from collections.abc import Mapping

from monitor.words.messages.screens import (
    adjust,
    data,
    frame,
    mail,
    overview,
    plans,
    record,
    settings,
    target,
)

_PAIRS: Mapping[str, tuple[str, str]] = {
    **frame.LABELS,
    **overview.LABELS,
    **target.LABELS,
    **adjust.LABELS,
    **plans.LABELS,
    **data.LABELS,
    **mail.LABELS,
    **record.LABELS,
    **settings.LABELS,
}
CHINESE_LABELS = {name: chinese for name, (chinese, _) in _PAIRS.items()}
ENGLISH_LABELS = {name: english for name, (_, english) in _PAIRS.items()}
