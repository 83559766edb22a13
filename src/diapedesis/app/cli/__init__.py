"""The command line. ``main`` is the entry point; commands import what they need when they run."""

from diapedesis.app.cli.main import main

__all__ = ["main"]
