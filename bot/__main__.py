"""``python -m bot`` is ``danju``."""

from bot.cli import main

main()
