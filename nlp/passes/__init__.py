"""Between tokens and lines: each pass knows one way people put things and leaves the rest as it was."""
