"""Who a message is for or from: persons, sister houses, hints beside a name, signatures in lists."""
