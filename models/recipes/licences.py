"""Licences: those of all that is installed, as their packages state them, by name and version.

python -m recipes.licences           the rows of docs/licences.md
"""

import re
from importlib.metadata import Distribution, distribution
from pathlib import Path

LOCK = Path(__file__).parents[2] / "requirements.lock"
# Licences under which a program may be used together with one under MIT, whoever passes either on.
COMPATIBLE = re.compile(
    r"MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public License|HPND|Unlicense|Zlib|CC0|"
    r"Public Domain|CNRI|W3C|NVIDIA|LGPL|OFL|Bitstream"
)


def locked() -> dict[str, str]:
    """The version of each package in requirements.lock, by its name there."""
    rows = (line.split(";")[0].strip() for line in LOCK.read_text(encoding="utf-8").splitlines())
    return dict(row.split("==") for row in rows if "==" in row and not row.startswith("#"))


def licence_of(package: Distribution) -> str:
    """The licence that a package states: its expression, else its classifiers, else the first line of its own words."""
    told = package.metadata
    classified = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License ::")]
    classified = [one for one in classified if one != "OSI Approved"]
    own = (told.get("License") or "").strip().split("\n")[0]
    return told.get("License-Expression") or "; ".join(sorted(classified)) or own[:60] or "not stated"


def rows() -> list[tuple[str, str, str]]:
    """Name, version and licence of each package in requirements.lock, in its order."""
    return [(name, version, licence_of(distribution(name))) for name, version in locked().items()]


if __name__ == "__main__":
    print(*(f"| {name} | {version} | {licence} |" for name, version, licence in rows()), sep="\n")
