"""What strangers write, in every field that comes from outside, in a real browser: nothing of it is active."""

from dataclasses import fields, replace

import nbformat
import pytest

from stance.codebook import Example, read_codebook
from stance.labels.handouts import handout
from stance.report.exhibits import Table
from stance.report.notebooks import notebook_page
from stance.report.pages import index_page, summary_page
from stance.report.transcripts import transcript
from stance.tables import Skipped, frame

from recipes.fuzz import ATTACKS, ELSEWHERE, inert


def attacked(comparison, words):
    """The comparison with an attack in every field that somebody else fills, its words still in their places."""

    def over(one, *kept):
        texts = {field.name: words for field in fields(one) if isinstance(getattr(one, field.name), str)}
        return replace(one, **{name: value for name, value in texts.items() if name not in kept})

    book = comparison.codebook
    return replace(
        comparison,
        articles=tuple(over(one, "article", "group", "published") for one in comparison.articles),
        statements=tuple(
            replace(over(one, "statement", "article", "kind"), context=f"{words} {words}", place=0)
            for one in comparison.statements
        ),
        annotations=tuple(replace(one, annotator=words, note=words) for one in comparison.annotations),
        predictions=tuple(replace(one, model=words) for one in comparison.predictions),
        skipped=(Skipped(words, words),),
        doubtful=(Skipped(words, words),),
        codebook=replace(
            book,
            targets=tuple(replace(over(one, "target"), name=f"{words} {one.target}") for one in book.targets),
            stakeholders=tuple(
                replace(over(one, "stakeholder"), name=f"{words} {one.stakeholder}") for one in book.stakeholders
            ),
        ),
    )


def pages(comparison, words):
    """Every kind of page, attacked."""
    made, links = attacked(comparison, words), {"index.html": "Report", "summary.html": "Summary"}
    book = read_codebook()
    book = replace(book, rules=f"# Rules\n\n{words}\n\n- {words}\n")
    examples = (Example("targets", "support", "clear", words, words),)
    targets = tuple(replace(one, name=words, description=words, support=words, oppose=words) for one in book.targets)
    shown = Table(frame(made.articles, type(made.articles[0])), words)._repr_html_()
    outputs = [
        nbformat.v4.new_output("display_data", {"text/html": shown}, metadata={"words": words}),
        nbformat.v4.new_output("display_data", {"text/markdown": words}),
        nbformat.v4.new_output("stream", name="stdout", text=words),
    ]
    title = {"title": words}
    cells = [nbformat.v4.new_markdown_cell(words), nbformat.v4.new_code_cell(repr(words), outputs=outputs)]
    return {
        "index": index_page(made, {words: "f" * 64}, links),
        "summary": summary_page(made, links),
        "codebook": handout(
            replace(book, rules=f"# Rules\n\n{words}\n\n- {words}\n", examples=examples, targets=targets)
        ),
        "notebook": notebook_page(nbformat.v4.new_notebook(cells=cells, metadata=title), "index.html", links),
    }


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_field_from_outside_is_active_in_any_page(browser, comparison, tmp_path, attack):
    context = browser.new_context()
    for name, html in pages(comparison, ATTACKS[attack]).items():
        file = tmp_path / f"{name}.html"
        file.write_text(html, encoding="utf-8")
        page, happened = context.new_page(), []
        page.on("dialog", lambda dialog, told=happened: (told.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error, told=happened: told.append(str(error)))
        page.on("console", lambda message, told=happened: told.append(message.text))
        page.on("request", lambda request, told=happened: told.append(request.url))
        page.goto(file.as_uri())
        page.screenshot(path=tmp_path / f"{name}.png")
        assert [one for one in happened if not one.startswith((file.as_uri(), "data:image/"))] == []
        assert page.evaluate("document.querySelectorAll('script, iframe, object, embed, base, form, svg').length") == 0
        handled = "[...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames())"
        assert not [one for one in page.evaluate(handled) if one.startswith("on")]
        links = page.evaluate("[...document.links].map(link => link.protocol)")
        assert set(links) <= {"file:", "http:", "https:"}
        assert not set("\u202e\u2066") & set(page.content())
        page.close()
    context.close()


@pytest.mark.parametrize("attack", ATTACKS)
def test_nor_in_the_markdown_of_the_report(comparison, attack):
    from markdown_it import MarkdownIt

    written = transcript(pages(comparison, ATTACKS[attack])["index"]).text
    html = MarkdownIt("commonmark", {"html": False}).render(written)
    assert "javascript:" not in "".join(part.split('"')[0] for part in html.split('href="')[1:])
    assert ELSEWHERE not in "".join(part.split('"')[0] for part in html.split('src="')[1:])


@pytest.mark.parametrize("attack", ATTACKS)
def test_nor_in_the_leaf_that_the_annotator_opens(attack):
    from stance.labels.handouts import leaf

    book = replace(read_codebook(), rules=f"{ATTACKS[attack]}\n\n# {ATTACKS[attack]}\n\n```\n{ATTACKS[attack]}\n```\n")
    inert(str(leaf(book, deeper=2)))


def test_a_policy_stops_what_should_get_past_everything_else(browser, tmp_path):
    page = handout(read_codebook()).replace("</main>", f"<script>alert(1)</script><img src={ELSEWHERE}/a.png></main>")
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    opened, asked = browser.new_page(), []
    opened.on("dialog", lambda dialog: (asked.append("dialog"), dialog.dismiss()))
    opened.on("requestfinished", lambda request: asked.append(request.url))
    opened.goto((tmp_path / "page.html").as_uri())
    assert [one for one in asked if not one.startswith("file:")] == []
    opened.close()


def test_a_formula_in_a_table_of_a_page_is_text_to_a_spreadsheet(comparison):
    shown = Table(
        frame(attacked(comparison, "=HYPERLINK(1)").articles, type(comparison.articles[0])), "a"
    )._repr_html_()
    assert ">=HYPERLINK" not in shown and "&#39;=HYPERLINK(1)" in shown
