"""From characters to tokens: the normaliser, the lattice, and the grammars of numbers, amounts, measures and dates."""
