"""`zhibiao forecast`: tables of history and targets in, a table of answers out; no database.

Each target is asked as of its own day: only values known by then count, also for the pool it is
judged in. The layout of the tables is documented in docs/methods.md.
"""

from monitor.forecasting.files.answering import Inputs, Outcome, answer_inputs, read_inputs
from monitor.forecasting.files.problems import Problems
from monitor.forecasting.files.results import check_out, write_table

__all__ = ["Inputs", "Outcome", "Problems", "answer_inputs", "check_out", "read_inputs", "write_table"]
