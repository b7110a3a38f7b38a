"""Decisions: what a person may see in a placement now, and why. Pure functions of their arguments."""

from omnisdk.engine.compiled import CompiledRules, compile_rules
from omnisdk.engine.context import fact_context
from omnisdk.engine.decide import decide, explain

__all__ = ["CompiledRules", "compile_rules", "decide", "explain", "fact_context"]
