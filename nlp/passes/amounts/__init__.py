"""How much, said in a roundabout way: as many as, half of it, one free with ten, agreed after haggling."""
