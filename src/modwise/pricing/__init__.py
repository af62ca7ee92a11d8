"""The amount a payer should allow, worked out step by step from rates and cited figures.

`engine.price_day` prices the lines of one day; `frames.expected` whole frames of them; `short.short` finds what was allowed too low on
remitted lines (`remitted.lines_of`); `learning.learn` what payers really allow. `rating.Book` holds what prices are read from.
"""
