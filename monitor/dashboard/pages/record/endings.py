"""What became of a target, in words and signs."""

from __future__ import annotations

from monitor.core.flags import Flag
from monitor.core.track_record import Ending, Fate
from monitor.dashboard.widgets import flag_html, muted, text
from monitor.words.view import View

_FLAGS = {Fate.MET: Flag.MET, Fate.MISSED: Flag.MISSED}


def ending_html(ending: Ending, view: View) -> str:
    """Met or missed as their flags; what is not known in plain words."""
    flag = _FLAGS.get(ending.fate)
    if flag is not None:
        return flag_html(flag, view.language)
    return muted(view.label(f"record_fate_{ending.fate.value}"))


def basis_text(ending: Ending, view: View) -> str:
    """What the ending rests on, and since when it is known."""
    day = "" if ending.known_on is None else ending.known_on.isoformat()
    if ending.fate is Fate.DISPUTED:
        return view.label("record_by_dispute")
    if ending.fate in (Fate.MET, Fate.MISSED):
        is_both = ending.by_figures is not None and ending.by_record is not None
        by = "both" if is_both else "figures" if ending.by_figures is not None else "record"
        return view.label(f"record_by_{by}", day=day)
    if ending.outcome is None:
        return ""
    return view.label("record_by_weak" if ending.outcome.verdict == "unknown" else "record_by_none")


def note_of(ending: Ending, view: View) -> str:
    """The note of the recorded outcome, where it is written in the reader's language."""
    note = ending.outcome.note if ending.outcome is not None else ""
    return note if note and note.isascii() is not view.is_chinese else ""


def basis_html(ending: Ending, view: View) -> str:
    """The basis with the note under the pointer."""
    return f'<span class="m" title="{text(note_of(ending, view))}">{text(basis_text(ending, view))}</span>'
