"""English words of the rules that figures must keep: name, what is wrong, what to do.

A rule of reading (above the line) is worded from the cell alone where its own sentence is missing;
`{found}` is the cell as read. The other placeholders are facts, named in `monitor.words.refusals`.
"""

RULES: dict[str, tuple[str, str, str]] = {
    "extra_cells": (
        "Cell outside the header",
        "The row has a cell that no column name stands over.",
        "Quote a text that contains the delimiter, or move the remark to the column note (备注).",
    ),
    "unknown_indicator": (
        "Unknown indicator",
        "The catalogue has no indicator '{found}'.",
        "Write a code or a name of the catalogue.",
    ),
    "ambiguous_indicator": (
        "Ambiguous indicator",
        "'{found}' may mean several indicators.",
        "Write the code of the one that is meant.",
    ),
    "unknown_region": (
        "Unknown region",
        "The catalogue has no region '{found}'.",
        "Write a code or a name of the catalogue.",
    ),
    "ambiguous_region": (
        "Ambiguous region",
        "'{found}' may mean several regions.",
        "Write the code of the one that is meant.",
    ),
    "bad_period": ("Unreadable period", "'{found}' is no period.", "Write 2022, 2022-Q3 or 2022-09."),
    "period_does_not_fit_frequency": (
        "Period of another frequency",
        "The period '{found}' does not fit how often the indicator is reported.",
        "Write a period of its frequency, or choose another indicator.",
    ),
    "period_is_cumulative": (
        "Cumulative period",
        "'{found}' counts from January, and the indicator gives each period by itself.",
        "Give the period by itself, or choose the cumulative indicator.",
    ),
    "period_is_single": (
        "Single period",
        "'{found}' stands for one month or quarter, and the indicator counts from January.",
        "Give the figure since January, or choose the indicator of single periods.",
    ),
    "missing_value": (
        "No figure",
        "The row gives no figure.",
        "Fill it in once it is known, or delete the row.",
    ),
    "bad_value": (
        "Unreadable figure",
        "'{found}' is no figure as it stands.",
        "Write digits only, such as 1420.5; unit and remarks have their own columns.",
    ),
    "unknown_unit": ("Unknown unit", "'{found}' is not a unit.", "Write a unit of the indicator."),
    "unit_mismatch": (
        "Unit of another measure",
        "'{found}' does not measure what the indicator measures.",
        "Write a unit of the indicator, or correct the indicator.",
    ),
    "unknown_status": (
        "Unknown status",
        "'{found}' is not a status.",
        "Write final, preliminary, revised, derived or year_inferred.",
    ),
    "bad_date": ("Unreadable date", "'{found}' is not a date.", "Write 2022-08-31, 2022-08 or 2022."),
    "unknown_origin": (
        "Unknown origin",
        "The origin '{found}' is not recorded.",
        "Record its publisher, title and address first, or name another.",
    ),
    "hidden_sheet": ("Hidden sheet", "The sheet is hidden and was not read.", "Show it, or name it."),
    "unclear_cell": (
        "Unclear cell",
        "The sheet does not say which figure the cell '{found}' gives.",
        "Write it as a row with column names, or leave the cell empty.",
    ),
    "layout_not_understood": (
        "Layout not understood",
        "A table of the sheet names nowhere all of indicator, region and period.",
        "Write what is missing by a name of the catalogue.",
    ),
    "sheet_without_header": (
        "Sheet without header",
        "The sheet was not read: no row names its columns.",
        "Write the column names above the figures.",
    ),
    # Rules over figures
    "below_lower_bound": (
        "Below the lower bound",
        "{written} is below the lower bound of {indicator}, {bound}.",
        "Check value, sign and unit; if the figure is right, the bound in the catalogue is not.",
    ),
    "above_upper_bound": (
        "Above the upper bound",
        "{written} is above the upper bound of {indicator}, {bound}.",
        "Check value and unit; if the figure is right, the bound in the catalogue is not.",
    ),
    "period_not_begun": (
        "Period lies ahead",
        "The period {period} has not begun yet.",
        "Correct the period; an expected or planned value is no observation.",
    ),
    "future_publication": (
        "Published in the future",
        "The publication date {published} lies ahead of the day of the load.",
        "Correct the date; if the figure is not public yet, give that day as embargo_until instead.",
    ),
    "published_before_period_start": (
        "Published before its period",
        "The figure for {period} cannot have been published on {published}, before it began.",
        "Correct the publication date or the period.",
    ),
    "duplicate_row_disagrees": (
        "Duplicates disagree",
        "The same release of {indicator} in {region} for {period} is given more than once "
        "and differs: {others}.",
        "Keep the right row; if they are releases of different days, give each its publication date.",
    ),
    "unit_slip": (
        "Unit slip",
        "{written} for {period} is about 10^{powers} times {larger} than {other}.",
        "{compare} {hint}{stored_remedy}",
    ),
    "percent_slip": (
        "Fraction and percent mistaken",
        "{written} for {period} is about 10^{powers} times {larger} than {other}.",
        "{compare} {hint}{stored_remedy}",
    ),
    "cumulative_falls": (
        "Cumulative figure falls",
        "{indicator} counts from January, but falls from {high} to {low}{again}: {guess}.",
        "Compare the year with the publication; add single months up from January, then load the year "
        "again.{stored_fall}",
    ),
    "fractional_count": (
        "Broken count",
        "{written} for {period}: what {indicator} counts comes in whole numbers.",
        "Check value and unit (万 is a unit of its own).",
    ),
    "single_month": (
        "Single month for a cumulative figure",
        "{written} for {period} should count from January, but stands near last year's month by itself "
        "({alone}) and far from {other}.",
        "Compare with the publication; add the single months up, or accept the figure if the year is "
        "really that slow.",
    ),
    "copied_period": (
        "Period before repeated",
        "{written} for {period} repeats {other}{regions}.",
        "Check that the figures of the new period were filled in; accept them if nothing has changed.",
    ),
    "misplaced": (
        "Figure of another {what}",
        "{written} for {period} in {region} fits another {what} far better: {other}.",
        "Check that rows and columns were not exchanged or shifted; accept the figure if it is right.",
    ),
    "outlier": (
        "Far outside the usual band",
        "{written} for {period} lies far outside {low} to {high}, the band of moves of {indicator} "
        "in all regions, from {other}.",
        "Compare with the publication, and correct the figure, or accept it as it is.",
    ),
    "total_disagrees": (
        "Total and parts disagree",
        "{total} does not fit its {parts} parts{incomplete}, which add up to {summed}.",
        "Find the one that is wrong; accept the figure if the parts do not make up the total.",
    ),
    "ratio_disagrees": (
        "Ratio disagrees with its sides",
        "{ratio} should be {expected}: {numerator} over {denominator}.",
        "Find the one of the three that is wrong; accept the figure if they are of different releases.",
    ),
    "settled_figure_moves": (
        "Settled figure moves",
        "{written} for {period} replaces {other}, which has stood for more than a year, and moves it far.",
        "If it is a revision, mark the row revised; otherwise correct it, or accept it as it is.",
    ),
    "basis_changed": (
        "Definition changed",
        "{period} is on the definition '{new}', {other} on '{old}': the series breaks there.",
        "Nothing, if the definition has changed; otherwise correct the column basis (口径).",
    ),
    "unverifiable": (
        "Nothing to check against",
        "{written} for {period} is the first figure of {indicator} in {region}, and neither other regions "
        "nor bounds show whether its unit is right.",
        "Compare value and unit with the publication once.",
    ),
    "file_held": (
        "File held as a whole",
        "Nothing of this file was stored: {count} of its {rows} rows break one rule ({broken}), so the "
        "others are doubtful too.",
        "Correct the file and load it again, or accept the rows that are right.",
    ),
}

PARTS = {
    "figure": "{written} for {period} ({where})",
    "figure_elsewhere": "{written} for {period} in {region} ({where})",
    "row": "row {row}",
    "row_of": "row {row} of {sheet}",
    "stored": "stored, known on {known_on}",
    "duplicate": "{written} in {where}",
    "larger": "larger",
    "smaller": "smaller",
    "hint_unit": "万元 and 亿元 are easily mistaken.",
    "hint_percent": "0.0345 and 3.45 % are easily mistaken, and so is a lost decimal point.",
    "hint_peers": "It is the first figure of its series; the other regions lie close together.",
    "compare_rows": "Compare value and unit of both rows with the publication;",
    "compare_stored": "Compare value and unit with the publication;",
    "stored_remedy": " If the stored figures are wrong, give all of them again in one file, marked revised.",
    "again_one": ", and 1 more time in {year}",
    "again_many": ", and {again} more times in {year}",
    "guess_one": "one is wrong, or these are single months",
    "guess_many": "these look like single months",
    "stored_fall": " If a stored month is wrong, give its correction in the same file.",
    "regions": ", and so do the figures of {count} regions",
    "what_region": "region",
    "what_period": "period",
    "incomplete": " (some are missing)",
    "separator": ", ",
    "unknown": "Rule {rule} is broken ({found}).",
    "unknown_remedy": "Compare the row with the publication.",
}
