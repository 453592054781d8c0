"""Stakeholder stance analysis: who said what, for which organisation, and whether it supports or opposes a target.

The modules are named for what they produce, and each stands on those before it: records, stories, articles, codebook;
cues, mentions, quotations, sentences, clauses, speakers, statements, stakeholders; annotations, models, comparison,
pictures, report. Importing `stance` alone loads none of them.
"""

__version__ = "0.1.0"
