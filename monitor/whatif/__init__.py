"""The same answers from proposed targets, the paths behind them, and totals split; nothing is written."""

from monitor.whatif.proposing import WhatIf, fan, propose
from monitor.whatif.splitting import Division, PartNow, Share, divide
from monitor.whatif.trying import Trial, Tried, prepare

__all__ = [
    "Division",
    "PartNow",
    "Share",
    "Trial",
    "Tried",
    "WhatIf",
    "divide",
    "fan",
    "prepare",
    "propose",
]
