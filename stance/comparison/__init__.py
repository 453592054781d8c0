"""Comparison: shares, scores and contrasts with their intervals, and the findings in words."""
