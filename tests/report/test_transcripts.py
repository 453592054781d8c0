"""Transcripts: what stands in a page, as Markdown."""

import base64

import pytest

from stance.report.transcripts import transcript

SVG = base64.b64encode("<svg>é</svg>".encode()).decode()


def written(html):
    return transcript(f'<header>site</header><main id="main">{html}</main><footer>foot</footer>')


@pytest.mark.parametrize(
    "html, markdown",
    [
        ("<h2 id='a'>One <i>two</i></h2><p>Three\n  four</p>", '## <a id="a"></a>One *two*\n\nThree four'),
        ("<p><a href='#s-lga'>17</a> of <strong>many</strong></p>", "[17](#s-lga) of **many**"),
        ("<ul><li>one</li><li><p>two</p><p>three</p></li></ul>", "- one\n- two\n\n  three"),
        ("<ul><li><blockquote><p>so <mark>he</mark> said</p></blockquote><p>who</p></li></ul>",
         "- > so <mark>he</mark> said\n\n  who"),
        ("<details id='d'><summary>Opposes: 2</summary><p>x</p></details>", '<a id="d"></a>Opposes: 2\n\nx'),
        ("<ul><li><a href='#a'>head</a> <span>evidence</span></li></ul>", "- [head](#a) \\\n  evidence"),
        ("<pre><code>make *all*\n</code></pre>", "```\nmake *all*\n```"),
        ("<nav><p>contents</p></nav><p>text</p>", "text"),
        ("<p>a*b_c [d] &lt;script&gt; e|f `g` $1 #2 ~3 &amp;amp;</p>",
         r"a\*b\_c \[d\] \<script\> e\|f \`g\` \$1 \#2 \~3 \&amp;"),
        ("<p>It is 100. Then 1) is not</p>", "It is 100. Then 1) is not"),
        ("<p>1. no list</p><p>- nor this</p><p>2017 was late</p>", "1\\. no list\n\n\\- nor this\n\n2017 was late"),
    ],
)  # fmt: skip
def test_what_a_page_says_in_markdown(html, markdown):
    assert written(html).text == markdown + "\n"


def test_a_table_keeps_its_head_its_groups_its_links_and_its_second_lines():
    html = """<div class="wide" aria-label="Shares"><table><caption>Shares</caption>
    <thead><tr><th scope="col">Who</th><th scope="col">For</th></tr></thead>
    <tbody><tr><th scope="rowgroup" colspan="2">Buses</th></tr>
    <tr><th scope="row">Coun|cil</th><td><a href="#s-1">3</a><br><small>75%</small></td></tr></tbody></table></div>"""
    assert written(html).text.splitlines()[2:] == [
        "| Who | For |",
        "| --- | --- |",
        "| **Buses** | |",
        r"| Coun\|cil | [3](#s-1)<br><small>75%</small> |",
    ]


def test_a_picture_is_a_file_beside_the_text_named_for_its_title():
    image = f'<img src="data:image/svg+xml;base64,{SVG}" alt="Bars: [3] for." width="3">'
    box = f'<div aria-label="Who’s for, who’s not">{image}</div>'
    made = written(f"<figure>{box}<figcaption>Note.</figcaption></figure>")
    assert made.pictures == {"who-s-for-who-s-not.svg": "<svg>é</svg>"}
    assert r"![Bars: \[3\] for.](who-s-for-who-s-not.svg)" + "\n\nNote.\n" in made.text
