"""Coverage: which guests the backup jobs take, when a backup was due, and what evidence there is."""
