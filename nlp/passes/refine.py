"""The passes over the tokens of a message, in their order: each knows one way people put things and leaves the rest as
it was. What an earlier pass has settled, a later one relies on."""

from __future__ import annotations

from nlp.catalogue import notation
from nlp.catalogue.lexicon import Lexicon
from nlp.passes.amounts import (
    afteramount,
    asmany,
    bargaining,
    bracketed,
    gluedprices,
    halfasmany,
    halves,
    implied,
    partings,
    pricefirst,
    proportions,
    ratios,
    rowunits,
    saidtwice,
    shares,
    unitfirst,
)
from nlp.passes.asides import (
    besides,
    occasions,
    passing,
    provisos,
    receipts,
)
from nlp.passes.names import (
    abbreviated,
    aliaspieces,
    fetching,
    fronts,
    misheard,
    samebrand,
)
from nlp.passes.parties import (
    besidenames as beside_names,
)
from nlp.passes.parties import (
    headings,
    longernames,
    partydetails,
    partyhints,
    persons,
    rolls,
    sisters,
    strangers,
    suppliernames,
)
from nlp.passes.shapes import customertables, matrix, sizerows, tables
from nlp.passes.specs import (
    behindamount,
    comparatives,
    countedfirst,
    crossed,
    denied,
    designations,
    dimensions,
    everykind,
    features,
    joined,
    kinds,
    letterranges,
    measureranges,
    numbersigns,
    packing,
    pipes,
    sizes,
    slashed,
    specnumbers,
    tints,
    vessels,
    whichever,
    without,
)
from nlp.scanning.tokens import Token


def refined(tokens: list[Token], text: str, lexicon: Lexicon, *, open_draft: bool = False) -> list[Token]:
    """Tokens of a folded text after every pass."""
    said = frozenset(text)
    tokens = saidtwice.fold(unitfirst.fold(tokens))
    if ":" in said:
        tokens = proportions.fold(tokens)
    if not said.isdisjoint(whichever.SAID):
        tokens = whichever.fold(tokens)
    tokens = bracketed.fold(designations.fold(tokens, lexicon), lexicon)
    tokens = persons.fold(
        partyhints.fold(misheard.fold(longernames.fold(sisters.fold(tokens, lexicon)), lexicon), lexicon)
    )
    tokens = strangers.fold(tokens)
    if not open_draft:
        tokens = features.fold(tokens, lexicon)
    tokens = aliaspieces.fold(fronts.fold(passing.fold(tokens), lexicon), lexicon)
    tokens = abbreviated.fold(notation.colours_apart(tokens, lexicon), lexicon)
    tokens = occasions.fold(tokens, text)
    tokens = implied.fold(fetching.fold(numbersigns.fold(tokens, lexicon), lexicon), lexicon)
    tokens = suppliernames.goods_behind(suppliernames.fold(tokens, lexicon), lexicon)
    tokens = pipes.fold(sizes.fold(tokens, lexicon), lexicon)
    tokens = measureranges.fold(letterranges.fold(tokens, lexicon), lexicon)
    tokens = matrix.arrange(customertables.arrange(tokens, lexicon), lexicon)
    tokens = sizerows.fold(tokens, lexicon)
    tokens = samebrand.fold(joined.fold(tables.arrange(tokens, text, lexicon), lexicon), lexicon)
    tokens = besides.fold(provisos.fold(tokens), lexicon)
    if not said.isdisjoint(halves.SAID):
        tokens = halves.fold(tokens, lexicon)
    tokens = headings.fold(tokens, lexicon)
    if not open_draft:
        tokens = denied.only_these(tokens)
    if not open_draft and not said.isdisjoint(shares.SAID):
        tokens = shares.fold(tokens, lexicon)
    tokens = without.fold(aliaspieces.sized(tokens, lexicon), lexicon)
    tokens = vessels.fold(comparatives.fold(kinds.fold(slashed.fold(tokens, lexicon), lexicon), lexicon), lexicon)
    tokens = dimensions.fold(
        countedfirst.fold(packing.fold(pricefirst.pieces(gluedprices.fold(tokens), lexicon), lexicon), lexicon), lexicon
    )
    if "色" in said:
        tokens = tints.fold(tokens, lexicon)
    tokens = behindamount.fold(tokens, lexicon)
    tokens = specnumbers.mark(tokens, lexicon)
    if "/" in said or "每" in said:
        tokens = rowunits.fold(tokens, lexicon)
    if not open_draft:  # beside a draft 每个规格 is each of its lines
        tokens = everykind.fold(tokens, lexicon)
    tokens = ratios.fold(crossed.fold(tokens, lexicon))
    if not open_draft:
        tokens = pricefirst.fold(tokens, lexicon)
        tokens = asmany.fold(halfasmany.fold(tokens) if "半" in said else tokens)
    if not open_draft:  # beside a draft 不是 says what the draft is not: isnot
        tokens = denied.fold(tokens, lexicon)
    tokens = afteramount.fold(beside_names.fold(tokens))
    tokens = partydetails.fold(bargaining.fold(receipts.fold(rolls.arrange(tokens, lexicon)), lexicon))
    return partings.fold(tokens) if open_draft and not said.isdisjoint(partings.SAID) else tokens
