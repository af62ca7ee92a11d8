"""Which modifier fits a case: decision tables over facts of the case. No frame library is loaded here.

`decide(facts, payer=…, on=…)` answers from facts; the vocabulary of facts is `facts/case-facts`, the tables `facts/decisions`.
"""

from modwise.advice.advising import Advice, decide

__all__ = ["Advice", "decide"]
