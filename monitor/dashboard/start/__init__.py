"""Where the screen starts; beside `pages/` Streamlit would take that folder for pages of its own."""
