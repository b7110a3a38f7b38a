"""omni.yaml: its model, reading it with every fault at its line and column, and compiling its rules.

`reading` goes from files to a `model.Ruleset`; `files` knows trees and places, `grammar` what each key means.
`paths` and `placeholders` are shared with the engine and the contents; `schema` and `starter` are for people's editors
and first day.
"""
