"""The stories, end to end, through the public surface only."""
