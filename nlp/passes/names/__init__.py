"""Names of goods said short, in pieces or by their sound."""
