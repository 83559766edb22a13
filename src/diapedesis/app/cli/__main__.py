"""``python -m diapedesis.app.cli``."""

from diapedesis.app.cli.main import main

main()
