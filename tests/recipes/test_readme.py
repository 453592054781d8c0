from stance.shipped import ROOT

from recipes.api import API, api
from recipes.readme import BEGIN, END, scores_table, with_scores


def test_the_readme_has_the_scores_that_the_models_carry():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_scores(text, scores_table()) == text, "make docs"


def test_the_table_takes_the_place_of_the_one_before():
    text = f"above\n{BEGIN}\nold\n{END}\nbelow\n"
    assert with_scores(text, "new") == f"above\n{BEGIN}\nnew\n{END}\nbelow\n"


def test_the_page_on_the_package_is_up_to_date_with_its_docstrings():
    assert API.read_text(encoding="utf-8") == api(), "make docs"


def test_the_page_on_the_package_names_what_is_public_and_nothing_else():
    text = api()
    assert "### stance.articles.reading.read_articles\n" in text
    assert "```python\n>>> from stance.shipped import DIGESTS\n" in text
    assert "._" not in "".join(line for line in text.splitlines() if line.startswith("### "))
