"""Labels of the page on how past probabilities turned out: (Chinese, English)."""

LABELS = {
    "record_title": ("概率记录", "Track record"),
}
