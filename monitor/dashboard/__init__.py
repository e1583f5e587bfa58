"""The screen: one file per page, pieces they share, and the source they read through.

Pages get a `Source` and a `View`; they hold no arithmetic beyond rounding and no colour (colours are
in `.streamlit/config.toml`).
"""
