"""omnisdk."""
