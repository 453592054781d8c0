"""Stakeholder stance analysis: who said what, for which organisation, and whether it supports or opposes each target.

The modules are named for what they produce and stand on one another in this order: records, articles, codebook,
statements, stakeholders, annotations, models, comparison, pictures, report. Importing `stance` alone loads none of them.
"""

__version__ = "0.1.0"
