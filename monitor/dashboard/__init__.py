"""The screen: one package per page, pieces they share, and the desk they ask and act through.

Pages get a `Desk` and a `View`; they hold no arithmetic beyond rounding and no colour (colours are
in `.streamlit/config.toml`).
"""
