"""Classifiers: estimators of (text, target) pairs, saved and asked, and why they answered so."""

import os
import sys

# A network's threads wait asleep: where they spin while another program holds a core, each step waits for that program.
# OpenMP reads this once, when torch is loaded; afterwards it would only reach other processes.
if "torch" not in sys.modules:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
