"""From tokens to lines: goods, amounts and prices find each other."""
