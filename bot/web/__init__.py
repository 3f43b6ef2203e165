"""Web routes of the service itself: health, metrics, document pages, and the door for command lines."""
