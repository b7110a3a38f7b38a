"""The files of a ruleset as they stand on disk: their texts, their trees with line and column, and what is wrong in them.

Nothing here knows what a campaign is; `omnisdk.rules.grammar` reads the trees.
"""
