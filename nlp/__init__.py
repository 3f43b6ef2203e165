"""Understanding what people write: text in, typed findings with evidence out.

No database, no network, no clock: the catalogue arrives as an immutable ``Lexicon`` and the time with the message.
"""
