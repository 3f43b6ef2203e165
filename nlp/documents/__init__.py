"""From lines to documents: one per party, each field with its evidence, every doubt noted."""
