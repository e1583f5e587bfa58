"""Parts of bench/forecast_bench.py."""
