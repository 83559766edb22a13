"""Diapedesis: natalizumab, the gate it closes, and what happens when the gate opens again.

Research use only; not a medical device.
"""

__version__ = "0.1.0"
