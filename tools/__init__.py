"""Tools for those who work on Danju; nothing of this is in the wheel."""
