"""What is known of a person, folded from events, and the facts that rules can read from it.

`fold` and `apply` make the document, `catalogue` knows the names of the facts, `facts` reads them, `describe` lists
them all. The sections are one module each.
"""

from omnisdk.profile.fold import FOLD_VERSION, apply, empty, fold

__all__ = ["FOLD_VERSION", "apply", "empty", "fold"]
