"""Where the screen starts; apart from `pages/`, which Streamlit would take for pages of its own beside a script."""
