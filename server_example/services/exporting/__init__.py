"""Everything that is stored, out: events as they were received, profiles as the shop reads them."""
