"""Message catalogues: one frozen record per language, with the same keys and placeholders."""

from monitor.messages.catalogue import Messages
from monitor.messages.en import ENGLISH
from monitor.messages.zh import CHINESE

__all__ = ["CHINESE", "ENGLISH", "Messages"]
