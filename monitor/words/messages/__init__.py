"""Message catalogues: one frozen record per language, with the same keys and placeholders."""

from monitor.words.messages.catalogue import Messages
from monitor.words.messages.en import ENGLISH
from monitor.words.messages.zh import CHINESE

__all__ = ["CHINESE", "ENGLISH", "Messages"]
