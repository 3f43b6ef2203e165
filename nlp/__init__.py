"""Understanding what people write: text in, typed findings with evidence out.

No database, no network, no clock: the catalogue arrives as an immutable ``Lexicon`` and the time with the message.
"""

from nlp.findings import Context, Understanding
from nlp.lexicon import Lexicon
from nlp.understanding import understand

__all__ = ["Context", "Lexicon", "Understanding", "understand"]
