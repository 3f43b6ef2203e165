"""Numbers, sizes, colours and words of comparison that say which of several goods are meant."""
