"""The page of ``danju simulate``: what the users of both simulated platforms see, and what goes over the wire."""
