"""Changes to an open draft: which line, which field, and the complete draft after it."""
