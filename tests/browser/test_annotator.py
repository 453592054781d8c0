"""The annotator in JupyterLab on a port of this machine, in a real browser, by keys alone; then the file is read."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from statistics import median

import nbformat
import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Error

from stance.articles.reading import read_articles
from stance.codebook import read_codebook
from stance.statements.stakeholders import attributed
from stance.study import new_study

from recipes.fuzz import ATTACKS

ROOT = Path(__file__).parents[2]
CELL = f"""import os, pathlib
pathlib.Path("pid").write_text(str(os.getpid()))
from stance.labels.annotator import Annotator
from stance.articles.reading import read_articles
from stance.codebook import read_codebook
from stance.statements.stakeholders import attributed
articles, _ = read_articles({str(ROOT / "data" / "articles")!r})
Annotator(attributed(articles, read_codebook()), "ada", "labels", articles)"""
ATTACKED = f"""import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "models")!r}]
from dataclasses import replace
from IPython.display import display
from recipes.fuzz import ATTACKS
from stance.report.exhibits import Table
from stance.articles.reading import Article
from stance.statements.finding import Statement
from stance.tables import frame
{CELL.rpartition(chr(10))[0]}
found, book = attributed(articles, read_codebook()), read_codebook()
said, papers = [], []
for number, words in enumerate(ATTACKS.values()):
    of = f"x{{number}}"
    papers.append(Article(of, words, words, "2017", words, words, f"{{words}} {{words}}", of))
    said.append(replace(found[0], statement=f"{{of}}-0-9", article=of, start=0, end=len(words), text=words, place=0,
                        context=f"{{words}} {{words}}", sentence=words, cue=words, speaker=words, mention=words,
                        role=words, organisation=words, stakeholders=("lga",)))
    targets = tuple(replace(one, name=words, description=words, support=words, oppose=words) for one in book.targets)
    display(Table(frame(papers[-1:], Article), words), Table(frame(said[-1:], Statement), words))
rules = chr(10).join(f"# {{words}}" + chr(10) + words for words in ATTACKS.values())
book = replace(book, rules=rules, targets=targets)
Annotator(said, "ada", "labels", papers, book, told=[*ATTACKS.values()])"""
THEME = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDGET = ".stance-annotator"
IDLE = re.compile(r"Python 3 .*\| Idle")  # the status bar; the notebook's own sign is idle before there is a kernel
PRESSED = (
    "window.addEventListener('keydown', () => { window.pressed = performance.now(); }, true);"  # before the widget's
)
TIMER = """() => {
  window.waits = [];
  new MutationObserver(() => requestAnimationFrame(() => window.waits.push(performance.now() - window.pressed)))
    .observe(document.querySelector('.stance-annotator'), { attributes: true, attributeFilter: ['data-serial'] });
}"""


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """A JupyterLab of its own: its address, and the folder that it shows."""
    folder = tmp_path_factory.mktemp("lab")
    shown = folder / "shown"
    shown.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings(folder, "notification", fetchNews="false", checkForUpdates=False, doNotDisturbMode=True)
    paths = {
        f"{name}_DIR": str(folder / name.lower())
        for name in ("JUPYTER_CONFIG", "JUPYTER_RUNTIME", "JUPYTERLAB_SETTINGS", "JUPYTERLAB_WORKSPACES")
    }
    found = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    words = [
        "lab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--IdentityProvider.token=t",
        f"--ServerApp.root_dir={shown}",
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", *words],
            stdout=log,
            stderr=log,
            env={**os.environ, **paths, "PYTHONPATH": found},
        )
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/api"), "JupyterLab did not start", 60)
        yield f"http://127.0.0.1:{port}", folder
    finally:
        server.terminate()
        server.wait(30)


def settings(folder, name, **values):
    place = folder / "jupyterlab_settings" / "@jupyterlab" / "apputils-extension" / f"{name}.jupyterlab-settings"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(values))


def answers(address):
    try:
        return urllib.request.urlopen(address).status == 200
    except OSError:
        return False


def wait_for(true, otherwise, seconds=20):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)


class Desk:
    """Somebody who sits at a notebook and labels."""

    def __init__(self, browser, lab, name, cell=CELL, theme="light"):
        self.address, folder = lab
        settings(folder, "themes", theme=THEME[theme])
        self.folder = folder / "shown" / name
        self.folder.mkdir()
        self.labels = self.folder / "labels" / "ada.jsonl"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.folder / "label.ipynb")
        self.context = browser.new_context(viewport={"width": 1280, "height": 1000})
        self.context.add_init_script(PRESSED)
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{self.address}/lab/tree/{name}/label.ipynb?token=t&reset")
        self.ready()

    def ready(self):
        self.page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content", timeout=60_000)
        self.page.get_by_text(IDLE).wait_for(timeout=60_000)

    def run(self):
        """Run the cell, and go to the widget with the Tab key alone."""
        before = self.page.locator(WIDGET).element_handles()
        pid = self.folder / "pid"
        pid.unlink(missing_ok=True)
        for _ in range(5):  # a JupyterLab that is not yet ready drops the key without a word
            self.page.locator(".jp-Notebook .cm-content").first.click()
            self.page.keyboard.press("Control+Enter")
            with suppress(AssertionError):
                wait_for(pid.exists, "the cell did not run", 6)
                break
        for old in before:
            old.wait_for_element_state("hidden")
        self.page.wait_for_selector(f"{WIDGET} .question", timeout=60_000)
        self.page.keyboard.press("Escape")
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"document.activeElement.matches('{WIDGET}')"):
                return
        pytest.fail("the Tab key does not reach the widget")

    def press(self, key):
        """Press a key and wait until the page has been told that it is on disk."""
        before = self.page.locator(WIDGET).get_attribute("data-serial")
        self.page.keyboard.press(key)
        self.page.wait_for_selector(f"{WIDGET}:not([data-serial='{before}'])", timeout=10_000)

    def question(self):
        """The words and the target that are asked about."""
        return self.page.locator(f"{WIDGET} mark").inner_text(), self.page.locator(
            f"{WIDGET} .question strong"
        ).inner_text()

    def text(self, part):
        return self.page.locator(f"{WIDGET} {part}").text_content()

    def written(self):
        """The lines of the file, each as words, target, stance and note."""
        codebook = read_codebook()
        said = {one.statement: one.text for one in attributed(read_articles(ROOT / "data" / "articles")[0], codebook)}
        names = {target.target: target.name for target in codebook.targets}
        rows = [json.loads(line) for line in self.labels.read_bytes().splitlines()]
        return [((said[row["statement"]], names[row["target"]]), row["stance"], row["note"]) for row in rows]


@pytest.fixture
def sit(browser, lab):
    desks = []

    def down(name, **more):
        desks.append(Desk(browser, lab, name, **more))
        return desks[-1]

    yield down
    for desk in desks:
        desk.context.close()
        assert desk.complaints == []


NAMES = {"s": "support", "o": "oppose", "n": "none"}


def test_thirty_labels_by_keys_alone_over_a_reload_and_a_restart(sit):
    desk = sit("thirty")
    desk.run()
    expected = []

    def label(keys):
        for key in keys:
            expected.append((desk.question(), NAMES[key], ""))
            desk.press(key)

    label("sonnosnnss")
    undone = expected[-1][0]
    desk.press("u")  # undo, and change
    expected.append((undone, "", ""))
    assert desk.question() == undone
    label("o")
    desk.page.keyboard.press("c")  # a note, in which the keys are letters
    desk.page.keyboard.type("no skip, so: undo")
    desk.page.keyboard.press("Enter")
    expected.append((desk.question(), "support", "no skip, so: undo"))
    desk.press("s")
    put_off = desk.question()
    desk.press("k")
    expected.append((put_off, "", "skipped"))
    label("nnsso")
    assert desk.text(".count").startswith("16 of ")

    following = desk.question()
    desk.page.keyboard.press("Control+s")  # the notebook, as always: with Ctrl the key is JupyterLab's
    desk.page.wait_for_selector(".jp-mod-dirty", state="detached")
    desk.page.reload()
    desk.ready()
    desk.run()
    assert (desk.question(), desk.text(".count")[:6]) == (following, "16 of ")
    label("sonsons")

    following = desk.question()
    restart(desk)
    desk.page.locator(WIDGET).focus()
    desk.page.keyboard.press("s")  # nobody is there to save it, and that is said
    desk.page.wait_for_function(f"document.querySelector('{WIDGET} .alarm').textContent.startsWith('Not saved yet')")
    desk.run()
    assert (desk.question(), desk.text(".count")[:6]) == (following, "23 of ")
    label("ooosson")
    assert desk.text(".count").startswith("30 of ")
    assert desk.written() == expected
    assert desk.question() != put_off


def restart(desk):
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("menuitem", name="Kernel", exact=True).click()
    desk.page.get_by_role("menuitem", name=re.compile(r"Restart Kernel…")).click()
    desk.page.locator(".jp-Dialog button.jp-mod-accept").click()
    desk.page.wait_for_selector(".jp-Dialog", state="detached")
    desk.page.get_by_text(IDLE).wait_for(timeout=60_000)


def test_a_killed_kernel_is_noticed_and_nothing_saved_is_lost(sit):
    desk = sit("killed")
    desk.run()
    for key in "sonso":
        desk.press(key)
    following = desk.question()
    os.kill(int((desk.folder / "pid").read_text()), signal.SIGKILL)
    desk.page.keyboard.press("n")
    desk.page.wait_for_function(f"document.querySelector('{WIDGET} .alarm').textContent.startsWith('Not saved yet')")
    assert desk.question() == following
    assert [stance for _, stance, _ in desk.written()] == ["support", "oppose", "none", "support", "oppose"]
    desk.page.locator(".jp-Dialog button.jp-mod-accept").click()  # JupyterLab says that it has started another kernel
    desk.page.get_by_text(IDLE).wait_for(timeout=60_000)
    desk.run()
    assert desk.question() == following
    desk.press("n")
    assert desk.written()[-1] == (following, "none", "")


def test_a_folder_that_cannot_be_written_to_is_said_and_the_answer_can_be_given_again(sit):
    desk = sit("away")
    desk.run()
    desk.press("s")
    following = desk.question()
    desk.labels.rename(desk.folder / "kept")
    desk.labels.mkdir()  # where the file was, nothing can be written
    desk.page.keyboard.press("o")
    desk.page.wait_for_function(f"document.querySelector('{WIDGET} .alarm').textContent.startsWith('Not saved. ')")
    assert "labels/ada.jsonl" in desk.text(".alarm")
    assert desk.question() == following
    desk.labels.rmdir()
    (desk.folder / "kept").rename(desk.labels)
    desk.press("o")
    assert desk.text(".alarm") == ""
    assert desk.written()[1:] == [(following, "oppose", "")]


def test_keys_act_only_while_the_widget_has_the_focus(sit):
    desk = sit("focus")
    desk.run()
    cells = desk.page.locator(".jp-Cell").count()
    shown = desk.page.locator(WIDGET).get_attribute("data-serial")
    for key in [*"bmryz", "Shift", "ArrowDown", "Enter", "F2", "Escape", "Control+a"]:
        desk.page.keyboard.press(key)  # in JupyterLab they cut, delete, insert and change cells
    time.sleep(0.5)
    assert desk.page.locator(WIDGET).get_attribute("data-serial") == shown
    assert desk.page.locator(".jp-Cell").count() == cells
    assert not desk.labels.exists()
    desk.page.keyboard.press("Control+s")  # with Ctrl they are JupyterLab's
    desk.page.wait_for_selector(".jp-mod-dirty", state="detached")
    desk.page.locator(".jp-Notebook .cm-content").first.click()
    desk.page.keyboard.press("Control+End")
    desk.page.keyboard.type("  # son")  # in the cell they are letters
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("s")  # and on the notebook they are JupyterLab's again
    time.sleep(0.5)
    assert not desk.labels.exists()
    assert "# son" in desk.page.locator(".jp-Notebook .cm-content").first.inner_text()


def test_buttons_do_what_the_keys_do_and_the_codebook_opens_and_closes(sit):
    desk = sit("buttons")
    desk.run()
    first = desk.question()
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.textContent") == "Supports"  # the label and its key
    desk.press("Enter")
    desk.press("Space")
    assert [stance for _, stance, _ in desk.written()] == ["support", "support"]
    assert desk.written()[0][0] == first
    desk.page.keyboard.press("?")
    assert desk.page.evaluate("document.activeElement.matches('.codebook')")
    assert "Label rules" in desk.text(".codebook")
    desk.page.keyboard.press("Escape")
    assert desk.page.locator(f"{WIDGET} .codebook").is_hidden()
    assert desk.page.evaluate(f"document.activeElement.matches('{WIDGET}')")


def test_nothing_from_outside_is_active_in_jupyterlab(sit, tmp_path):
    """Tables and the annotator, of articles, statements and a codebook that hold attacks in every field."""
    desk = sit("attacked", cell=ATTACKED)
    happened = []
    desk.page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    desk.page.on("request", lambda request: happened.append(request.url))
    desk.run()
    desk.page.keyboard.press("?")
    desk.page.keyboard.press("Escape")
    for _ in range(20):
        desk.press("n")
    desk.page.wait_for_timeout(1000)
    desk.page.locator(WIDGET).scroll_into_view_if_needed()
    desk.page.screenshot(path=tmp_path / "attacked.png")
    assert desk.page.locator(".jp-OutputArea .wide").count() == 2 * len(ATTACKS)
    assert [one for one in happened if not one.startswith((desk.address, "data:", "blob:"))] == []
    within = ".jp-OutputArea :is(script, iframe, object, embed, base, meta, .MathJax, mjx-container)"
    found = desk.page.locator(within).evaluate_all("all => all.map(one => one.outerHTML.slice(0, 200))")
    assert found == []
    handled = "[...document.querySelectorAll('.jp-OutputArea *')].flatMap(one => one.getAttributeNames())"
    assert not [one for one in desk.page.evaluate(handled) if one.startswith("on")]
    assert "javascript:" not in desk.page.evaluate("[...document.links].map(link => link.protocol)")


@pytest.mark.parametrize("theme", THEME)
def test_axe_finds_nothing_and_it_fits_at_twice_the_size(sit, tmp_path, theme):
    desk = sit(f"axe-{theme}", theme=theme)
    desk.run()
    assert desk.page.evaluate("document.body.dataset.jpThemeLight") == str(theme == "light").lower()
    for key in "sok":
        desk.press(key)
    desk.page.keyboard.press("c")
    desk.page.screenshot(path=tmp_path / f"{theme}.png")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("?")
    found = Axe().run(desk.page, context=WIDGET)["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    desk.page.keyboard.press("Escape")
    assert "Skipped" in desk.text(".status[role=status]")
    desk.page.set_viewport_size({"width": 640, "height": 500})  # what 1280 by 1000 shows at 200%
    assert desk.page.evaluate(f"(w => w.scrollWidth <= w.clientWidth)(document.querySelector('{WIDGET}'))")
    desk.page.locator(f"{WIDGET} button:visible").last.scroll_into_view_if_needed()
    desk.page.screenshot(path=tmp_path / f"{theme}-200.png")
    for button in desk.page.locator(f"{WIDGET} button:visible").all():
        inside, box = desk.page.locator(WIDGET).bounding_box(), button.bounding_box()
        assert inside["x"] <= box["x"] and box["x"] + box["width"] <= inside["x"] + inside["width"]


def test_two_hundred_labels_take_less_than_a_tenth_of_a_second_each(sit):
    """From the key to the next question on the page, with the answer on disk in between."""
    desk = sit("quick")
    desk.run()
    desk.page.evaluate(TIMER)
    for number in range(200):
        desk.press("son"[number % 3])
    waits = sorted(desk.page.evaluate("window.waits"))
    print(f"\n200 labels: median {median(waits):.0f} ms, 95% within {waits[189]:.0f} ms, longest {waits[-1]:.0f} ms")
    assert len(waits) == len(desk.written()) == 200
    assert median(waits) < 100


def test_what_was_found_wrong_is_put_right_by_keys_and_an_answer_is_found_again(sit, tmp_path):
    desk = sit("correct")
    desk.run()
    words = desk.question()[0]
    desk.page.keyboard.press("w")
    desk.page.keyboard.type("Somebody Else")
    desk.press("Enter")
    assert "wrong speaker: Somebody Else" in desk.text(".corrected")
    desk.press("s")
    desk.press("o")
    desk.press("x")
    assert "Corrected: no statement" in desk.text(".status[role=status]")
    desk.press("u")
    file = desk.labels.parent.parent / "corrections" / "ada.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(row["field"], row["value"]) for row in rows] == [
        ("speaker", "Somebody Else"), ("statement", "none"), ("statement", "")]  # fmt: skip
    desk.page.keyboard.press("a")
    assert desk.page.locator(f"{WIDGET} .article mark").count() == 1
    desk.page.locator(WIDGET).focus()
    desk.page.keyboard.press("l")
    desk.page.keyboard.type(words[:20].lower())
    assert desk.page.locator(f"{WIDGET} .list li").count() == 2
    desk.page.screenshot(path=tmp_path / "list.png")
    found = Axe().run(desk.page, context=WIDGET)["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    before = desk.page.locator(WIDGET).get_attribute("data-serial")
    desk.page.locator(f"{WIDGET} .list button").first.click()
    desk.page.wait_for_selector(f"{WIDGET}:not([data-serial='{before}'])")
    assert desk.question()[0] == words


def test_the_second_notebook_asks_for_a_name_and_says_what_is_left(browser, lab, tmp_path):
    """The notebook of a new study, all its cells run, in the folder of the study."""
    address, folder = lab
    place = folder / "shown" / "suite"
    study = new_study(place, ROOT / "data" / "articles")
    for path in (ROOT / "data" / "codebook").iterdir():
        shutil.copy(path, study.codebook)
    told = (place / "study.toml").read_text(encoding="utf-8")
    (place / "study.toml").write_text(told.replace('"stance-mpnet"', '"fast"'), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(f"{address}/lab/tree/suite/notebooks/2_annotation.ipynb?token=t&reset")
    page.get_by_text(IDLE).wait_for(timeout=60_000)
    widget = page.locator(WIDGET).first
    for _ in range(3):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        with suppress(Error):
            widget.wait_for(timeout=200_000)
            break
    assert "0 of the" in widget.locator(".told").inner_text()
    widget.locator("input").first.fill("ada")
    page.keyboard.press("Enter")
    widget.locator(".question").wait_for(timeout=60_000)
    page.screenshot(path=tmp_path / "named.png")
    widget.focus()
    page.keyboard.press("o")
    file = study.annotations / "ada.jsonl"
    wait_for(lambda: file.exists() and file.stat().st_size, "no label was written")
    row = json.loads(file.read_bytes().splitlines()[0])
    assert (row["stance"], row["annotator"], row["sampling_probability"]) == ("oppose", "ada", 1.0)
    page.close()
