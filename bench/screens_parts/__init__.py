"""Parts of the bench of the screens."""
