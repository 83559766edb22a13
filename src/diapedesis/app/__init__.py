"""Command line: parse, call, format."""
