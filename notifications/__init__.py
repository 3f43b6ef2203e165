"""What goes out: the card model, the outbox, paper, schedules, alerts and reports."""
