"""Statements: who said what, in which words, and for which stakeholders."""
