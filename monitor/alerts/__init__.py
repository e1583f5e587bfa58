"""Which changes people are told, in what words, and when: digests and urgent notices, composed and queued.

Sending is another matter (`monitor.delivery`). Everything is read through `monitor.queries` and written
through `monitor.commands`.
"""
