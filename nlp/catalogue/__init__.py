"""The firm's goods and parties as words: the lexicon, its index, units, and which product a set of words means."""
