"""One file per kind of conversation. A handler takes a ``Turn`` and a session, acts inside that one transaction, and
leaves what is to be said in the outbox."""
