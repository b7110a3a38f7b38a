"""Measurements as ratios, both sides in one run. Nothing here is asserted by the test suite: machines are noisy."""
