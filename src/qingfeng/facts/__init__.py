"""The second telling of a rule, as data: what is read of a log of acts, and what must not be found in it (docs/adr/008).

`rows` is the log as a table of acts; `rule` the language; `say` builds its expressions so that they read like sentences.
Expressions are data and not functions, so that the small evaluator in `detection` (tests, one agency) and a query engine
(a province) compute the same.
"""
