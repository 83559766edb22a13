"""Virtual patients and cohorts."""
