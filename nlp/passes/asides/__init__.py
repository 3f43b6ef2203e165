"""What is said beside an order and orders nothing, or orders something on its own."""
