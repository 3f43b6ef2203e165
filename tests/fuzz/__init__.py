"""Bad input by the million: seeded cases against every public route and frame, and the oracle that judges them."""
