"""Statement list and driver in, machine code out: by llvmlite alone, for the lanes of this CPU."""
