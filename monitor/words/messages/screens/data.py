"""Labels of the page of figures: (Chinese, English)."""

LABELS = {
    "data_title": ("数据", "Figures"),
}
