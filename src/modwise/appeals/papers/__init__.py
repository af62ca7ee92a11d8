"""The right paper where no appeal can work: corrected claim, reopening, narrative and cover sheet for a new claim, provider query.

Nothing is asserted that is not known: what is missing is a placeholder.
"""
