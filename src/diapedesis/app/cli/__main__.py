"""``python -m diapedesis.app.cli``."""

from diapedesis.app.cli.main import main

if __name__ == "__main__":
    main()
