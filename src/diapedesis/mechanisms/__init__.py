"""The biology, one file per mechanism; none imports another."""
