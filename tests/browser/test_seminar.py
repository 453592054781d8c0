"""The seminar in the browser alone: opened from a folder, without a connection, answered wrong and then right."""

import json

import pytest
from axe_core_python.sync_playwright import Axe

from stance.labels.agreement import agreement
from stance.labels.annotations import read_annotations

import exercises


@pytest.fixture
def page(browser, seminar):
    context = browser.new_context(offline=True, accept_downloads=True)
    opened = context.new_page()
    opened.errors, opened.asked = [], []
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.goto((seminar / "browser" / "index.html").as_uri())
    yield opened
    assert opened.errors == []
    assert [url for url in opened.asked if not url.startswith(("file:", "blob:"))] == []
    context.close()


def answer(page, question, given):
    box = page.locator(f"[data-question='{question}']")
    for select, word in zip(box.locator("select").all(), given, strict=True):
        select.select_option(word)
    return checked(box)


def figure(page, question, given):
    box = page.locator(f"[data-question='{question}']")
    box.locator("input").fill(str(given))
    return checked(box)


def checked(box):
    box.get_by_role("button", name="Check").click()
    return box.get_by_role("status").inner_text()


def test_the_first_exercise_is_there_in_twenty_seconds_and_nothing_later(page):
    opened = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert 0 < opened < 20_000
    assert page.locator("[data-question='1a'] select").count() == 10
    assert page.locator("mark").first.is_visible()  # the article
    assert not page.locator("[data-question='1b']").is_visible()


def test_each_question_is_answered_wrong_and_then_right_and_the_next_appears(page, tmp_path):
    known = json.loads(page.locator("#known").text_content())["questions"]
    for question, one in known.items():
        box = page.locator(f"[data-question='{question}']")
        assert box.is_visible()
        if one["kind"] == "labels":
            assert "have no answer yet" in checked(box) or "has" in checked(box)
            other = {word: next(option for option in one["options"] if option != word) for word in one["options"]}
            told = answer(page, question, [other[word] for word in one["wanted"]])
            assert told.startswith("Not yet. ") and one["why"][0] in told
            right = answer(page, question, one["wanted"])
        elif one["kind"] == "figure":
            assert "no figure yet" in checked(box)
            for value, sentence in one["mistakes"]:
                if all(abs(value - wanted) > 10 ** -one["digits"] for wanted in one["wanted"]):
                    assert figure(page, question, value) == f"Not yet. {sentence}"
            assert figure(page, question, one["most"] + 1).startswith(f"Not yet. {one['most'] + 1} is outside")
            right = figure(page, question, one["wanted"][0])
        else:
            box.locator("textarea").fill("A fine for missing the target is exactly what we need.")
            for select in box.locator("select").all():
                select.select_option("oppose")
            assert "as you do" in checked(box)
            for select in box.locator("select").all():
                select.select_option("support")
            right = checked(box)
        assert right.startswith(("Right", "Broken"))
        box.screenshot(path=tmp_path / f"{question}.png")
    assert page.locator(".later:not(.open)").count() == 0


def test_the_worked_answer_is_shown_to_who_asks_and_the_next_step_appears(page):
    box = page.locator("[data-question='2a']")
    box.get_by_role("button", name="Show the worked answer").click()
    assert "7 / 10 = 0.70" in box.get_by_role("status").inner_text()
    assert page.locator("[data-question='2b']").is_visible()


def test_labels_are_kept_as_they_were_before_the_first_check_and_are_merged_with_the_class(page, tmp_path):
    mine = ["none"] * 10
    answer(page, "1a", mine)
    answer(page, "1a", exercises.labels_wanted("1a")[0])
    keep = page.locator("[data-save]")
    answer(page, "1b", mine)
    page.locator("[data-question='1b']").get_by_role("button", name="Show the worked answer").click()
    keep.get_by_role("button").click()
    assert "Write a name" in keep.get_by_role("status").inner_text()
    keep.locator("input").fill("Zoë Ask")
    with page.expect_download() as download:
        keep.get_by_role("button").click()
    exercises.write_class(tmp_path, students=3)
    download.value.save_as(tmp_path / download.value.suggested_filename)
    labels, skipped = read_annotations(tmp_path)
    own = [one for one in labels if one.annotator == "Zoë Ask"]
    assert skipped == [] and [one.stance for one in own] == ["none"] * 20
    assert {(one.statement, one.target) for one in own} <= set(exercises.gold())
    assert agreement(labels)["annotators"].tolist() == [4, 4]


def test_the_classifier_answers_in_the_browser_as_in_a_notebook(page):
    texts = [
        *exercises.cases("alone")["text"],
        *exercises.population()["text"][:40],
        "Zzz",
        "Daft, daft’s, DAFT-ness 12",
    ]
    here = exercises.answers(texts)[["support", "oppose", "none"]].to_numpy()
    for text, expected in zip(texts, here, strict=True):
        there = page.evaluate("text => probabilities(text)", text)
        assert [there[name] for name in ("support", "oppose", "none")] == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize(
    "name", ["browser/index", "students/handout", "lecturer/plan", "paper/exercises", "paper/answers"]
)
def test_axe_finds_nothing_and_nothing_is_cut(browser, seminar, tmp_path, name, width):
    context = browser.new_context(offline=True, viewport={"width": width, "height": 900})
    opened = context.new_page()
    opened.goto((seminar / f"{name}.html").as_uri())
    opened.evaluate("document.querySelectorAll('.later').forEach(step => step.classList.add('open'))")
    opened.screenshot(path=tmp_path / "page.png", full_page=True)
    found = Axe().run(opened)["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_the_handout_prints_on_two_pages(browser, seminar):
    opened = browser.new_page()
    opened.goto((seminar / "students" / "handout.html").as_uri())
    printed = opened.pdf(prefer_css_page_size=True, format="A4")
    opened.close()
    assert printed.count(b"/Type /Page\n") == 2
