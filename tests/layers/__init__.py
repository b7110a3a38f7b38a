"""How the parts hang together: what a package carries, who may import whom."""
