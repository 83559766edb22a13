"""Estimation: prior, likelihood, mode, draws, calibration."""
