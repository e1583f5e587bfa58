"""Labels of the page that tries and revises targets: (Chinese, English)."""

LABELS = {
    "adjust_title": ("调整目标", "Adjust targets"),
}
