"""Labels of the page of people, schedule and health: (Chinese, English)."""

LABELS = {
    "settings_title": ("设置", "Settings"),
}
