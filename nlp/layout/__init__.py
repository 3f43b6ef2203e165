"""What the shape of a message says before its words are read: forms, records of a talk, quotes, numbered lists."""
