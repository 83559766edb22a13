"""Figures, reports and the model card."""
