"""Where what ships with the suite lies: in a checkout beside the package, in an installed wheel inside it."""

from pathlib import Path

PACKAGE = Path(__file__).parent
ROOT = PACKAGE.parent if (PACKAGE.parent / "data" / "codebook").is_dir() else PACKAGE / "_shipped"
DATA = ROOT / "data"
DIGESTS, CODEBOOK, ANNOTATIONS = DATA / "articles", DATA / "codebook", DATA / "annotations"
CONTRAST, DEBATES = DATA / "contrast", DATA / "debates"
MODELS = ROOT / "models"
NOTEBOOKS = ROOT / "notebooks"
TEMPLATES = PACKAGE / "templates"
