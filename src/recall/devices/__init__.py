"""The log on several devices and in backups: merged, synced, restored, examined."""
