"""Labels of the page of plan documents: (Chinese, English)."""

LABELS = {
    "plans_title": ("规划文本", "Plan documents"),
}
