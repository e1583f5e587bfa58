"""Zhibiao 指标: the service around the forecasts."""
