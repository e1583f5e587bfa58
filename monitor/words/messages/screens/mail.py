"""Labels of the page of messages: (Chinese, English)."""

LABELS = {
    "mail_title": ("周报与签收", "Digests and answers"),
}
