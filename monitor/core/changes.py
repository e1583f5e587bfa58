"""How a change in probability divides into its causes. Pure."""

from __future__ import annotations

from monitor.core.reasons import ChangeParts


def divide_change(
    *,
    before: float,
    after: float,
    old_figures: float | None,
    revised_figures: float | None,
    new_figures: float | None,
    same_model: bool,
) -> ChangeParts:
    """Divide `after - before` by changing one thing at a time.

    The order is fixed: time (or the model, when its version changed) with the old figures and the
    old target, then revisions of figures that were known, then new figures, then the target.

    Parameters
    ----------
    before, after : float
        probability_met of the two assessments.
    old_figures, revised_figures, new_figures : float or None
        The old target asked today of the figures known then, of these with their revisions, and of
        all figures. None (nothing could be said) leaves that step to the next one.
    same_model : bool
        Whether rules, catalogue and model have the same versions in both assessments.

    Returns
    -------
    ChangeParts
        Parts that add up to `after - before`.
    """
    stages = [before]
    for value in (old_figures, revised_figures, new_figures):
        stages.append(stages[-1] if value is None else value)
    first = stages[1] - stages[0]
    return ChangeParts(
        new_data=stages[3] - stages[2],
        revised_data=stages[2] - stages[1],
        target_edit=after - stages[3],
        time_passing=first if same_model else 0.0,
        model=0.0 if same_model else first,
    )
