"""The door: process, settings, command line, store, inbox, dispatcher, workers, channels and web pages."""
