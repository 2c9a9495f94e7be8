"""Markdown → HTML: what authors write comes out, what attackers write does not."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from content.rendering import inline_html, to_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](  JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=\"\x01javascript:alert(1)\">x</a>",
    "<svg/onload=alert(1)>",
    "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
    "<p style='background:url(javascript:1)' onclick=alert(1)>x</p>",
    "<iframe src=//evil.example></iframe>",
    "<form action=/logout><button>go</button></form>",
    "<div hx-get=/logout hx-trigger=load>x</div>",
    "<span class='highlight modal-open'>x</span>",
    "![x](http://tracker.example/p.png)",
    "![x\" onerror=\"alert(1)](y)",
    "```html\n<script>alert(1)</script>\n```",
    "```\"><script>alert(1)</script>\nx\n```",
    "`<script>alert(1)</script>`",
    "<!-- --><script>alert(1)</script><!-- -->",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "[x]: javascript:alert(1)\n\n[x]",
    "| a |\n| --- |\n| <script>alert(1)</script> |",
    "- <style>*{display:none}</style>",
    "# <base href=//evil.example>",
]  # fmt: skip


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


@pytest.mark.parametrize("payload", HOSTILE)
@pytest.mark.parametrize("render", [to_html, inline_html])
@pytest.mark.parametrize("around", ["{}", "- item {}", "**{}**", "text\n\n{}\n\ntext", "> {}"])
def test_nothing_active_survives(payload: str, render, around: str) -> None:
    read = Reader(render(around.format(payload)))
    assert not read.tags & {
        "script",
        "style",
        "img",
        "svg",
        "math",
        "iframe",
        "form",
        "button",
        "base",
        "noscript",
        "object",
        "input",
    }
    for tag, name, value in read.attributes:
        assert name in {"href", "title", "rel", "class", "start"}, (tag, name)
        assert name != "href" or value.startswith(("http://", "https://", "mailto:", "#", "/"))
        assert name != "class" or "modal" not in value


def test_what_canonical_markdown_holds_is_rendered() -> None:
    html = to_html(
        "## Tides\n\n- **High** water\n    - twice a day\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```sh\ntide --now\n```"
    )
    assert {"h2", "ul", "li", "strong", "table", "th", "td", "pre", "code"} <= Reader(html).tags
    assert html.count("<ul>") == 2 and 'class="language-sh"' in html


@pytest.mark.parametrize(
    "text",
    [
        "```\n{}\n```",
        "~~~\n{}\n~~~",
        "~~~~ json\n~~~\n{}\n~~~~",
        "Look:\n\n    {}",
        "Look:\n\n    first\n\n    {}",
    ],
)
def test_brackets_in_code_stay_as_they_are(text: str) -> None:
    html = to_html(text.format('Zones: [{"a": [1, 2'))
    assert "<pre>" in html and "Zones: [{&quot;a&quot;: [1, 2".replace("&quot;", '"') in html.replace(
        "&quot;", '"'
    )
    assert "\\[" not in html


@pytest.mark.parametrize("fence", ["```", "~~~", "``` no language\n", "````\n```"])
def test_a_fence_that_nothing_closes_is_no_code(fence: str) -> None:
    assert "[" in to_html(f"{fence}\n" + "[a\n" * 2_000)


def test_links_say_nofollow_and_pictures_become_words() -> None:
    assert (
        to_html("[a](https://example.org)")
        == '<p><a href="https://example.org" rel="nofollow noopener">a</a></p>'
    )
    assert "chart of tides" in to_html("![chart of tides](https://example.org/x.png)")


def test_inline_keeps_inline_markup_only() -> None:
    assert inline_html("Use `ls` **now**") == "Use <code>ls</code> <strong>now</strong>"
    assert inline_html("1. April\n- second") == "1. April<br>- second"
    assert inline_html("# not a heading") == "# not a heading"
    assert inline_html("a < b & c") == "a &lt; b &amp; c"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_480,
        "```\n" + ("[x " * 399 + "\n") * 50,
        "- a\nand b\n\n" + "    [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n" * 100,
        "-\ta\n\n" + ("    " + "[x " * 99 + "\n") * 50,
        "```\n~~~\n" * 10_000,
        "![" * 10_240,
        "[a](" * 5_000,
        ("[x " * 399 + "\n") * 50,
        "*a" * 10_000,
        "> " * 10_000,
        "\n".join(" " * 4 * n + "- deep" for n in range(300)),
        "<div>" * 4_000,
        "`" * 20_000,
        "|" * 5_000 + "\n" + "|-" * 5_000,
        "x" * 1_000_000,
    ],
    ids=lambda text: text[:8],
)
def test_pathological_text_is_rendered_or_flattened(text: str) -> None:
    assert "<script" not in to_html(text)
    assert "<script" not in inline_html(text)
