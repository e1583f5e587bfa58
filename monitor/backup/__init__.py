"""Backups: one checked file that restores into SQLite and PostgreSQL alike."""

from monitor.backup.files import BackupMade, backup_folder, prune_backups, scheduled_backup, write_backup
from monitor.backup.format import Manifest, read_manifest
from monitor.backup.restoring import Restored, restore_backup

__all__ = [
    "BackupMade",
    "Manifest",
    "Restored",
    "backup_folder",
    "prune_backups",
    "read_manifest",
    "restore_backup",
    "scheduled_backup",
    "write_backup",
]
