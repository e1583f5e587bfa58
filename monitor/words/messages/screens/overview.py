"""Labels of the overview: (Chinese, English)."""

LABELS = {
    "overview_title": ("科技指标监测总览", "Science and technology targets"),
    "on_week": ("较上周 {change}", "{change} on the week"),
    "none_match": ("没有符合条件的目标。", "No target matches."),
    "table_note": (
        "共 {total} 项，由差到好。概率条两道刻度为 50% 与 80%；概率变化以百分点计。",
        "{total} targets, worst first. Ticks are at 50% and 80%; changes in points.",
    ),
    "table_note_part": (
        "第 {first}—{last} 项，共 {total} 项，由差到好。概率条刻度为 50% 与 80%；变化以百分点计。",
        "{first}–{last} of {total} targets, worst first. Ticks are at 50% and 80%; changes in points.",
    ),
    "outcome_unknown": ("未查到", "not found"),
    "changes": ("本周变灯", "Flags changed"),
    "late_series": ("应已公布、本库未入", "Due, not loaded here"),
    "new_series": ("本周新到", "New this week"),
    "matrix_by_region": ("地区 × 指标", "Region × indicator"),
    "matrix_by_indicator": ("指标 × 地区", "Indicator × region"),
    "matrix_hint": ("近 12 期走势、达标概率、期限", "last 12 periods, chance, deadline"),
    "matrix_note": (
        "年份为期限；· 表示未设此项目标。",
        "The year is the deadline; · means no target is set.",
    ),
    "matrix_left_out": (
        "另有 {columns} 列、{rows} 行未列出，请用筛选查看。",
        "{columns} more columns and {rows} more rows are not shown; use the filters.",
    ),
    "confirmed_below": ("连续两次低于分界线", "below the line twice running"),
    "confirmed_above": ("连续两次高于分界线", "above the line twice running"),
    "more_milestones": ("其余 {count} 项", "{count} more"),
}
