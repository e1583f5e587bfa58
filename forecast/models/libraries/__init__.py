"""Single-series families from statsmodels and Prophet behind the one `Model` protocol.

They cost a fit per series, so they serve chosen indicators and the weekly comparison, not the nightly
pass over a nation. The libraries are imported when a family first draws, never before.
"""
