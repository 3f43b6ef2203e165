"""Tables and price matrices: what a column or a row says about the number in it."""
