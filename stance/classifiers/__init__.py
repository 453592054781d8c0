"""Classifiers: estimators of (text, target) pairs, saved and asked, and why they answered so."""
