"""Published behaviours, simulated beside what was published."""
