"""What a message is for: orders, questions, verdicts, commands, or nothing to do with documents."""
