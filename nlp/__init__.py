"""Understanding what people write: text in, typed findings with evidence out.

No database, no network, no clock: the catalogue arrives as an immutable ``Lexicon`` and the time with the message.
The rooms, in the order a message goes through them (``understanding`` leads it): ``layout`` (its shape), ``scanning``
(characters to tokens, against the ``catalogue``), ``passes`` (turns of phrase), ``intents`` (what it is for),
``grammar`` (tokens to lines), ``documents`` (lines to documents); beside an open draft ``corrections``, for prices of
suppliers ``quotes``.
"""

from nlp.catalogue.lexicon import Lexicon
from nlp.findings import Context, Understanding
from nlp.understanding import understand

__all__ = ["Context", "Lexicon", "Understanding", "understand"]
