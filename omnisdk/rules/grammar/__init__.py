"""The grammar of omni.yaml: what each section may hold, read from trees into the values of `omnisdk.rules.model`.

Each function here reads one node. It returns the value, or raises `Wrong` for that node; mappings and lists report
what their parts raise and read on, so one reading finds every fault.
"""
