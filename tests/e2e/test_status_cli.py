"""The command `mnerctl status`: whole outputs, what was paid for, and tombstones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.command import run
from support.pictures import jpeg
from support.x_server import Answer, XServer

pytestmark = pytest.mark.e2e
MAY, JUNE = 1_785_500_000_000_000_000, 1_798_500_000_000_000_000  # of 2024


@pytest.fixture
def work(server: XServer, tmp_path: Path) -> Path:
    """Three kept posts of May, one of June that is gone, and a line that names no post."""
    folder = tmp_path / "work"
    folder.mkdir()
    for number, lang in enumerate(("en", "en", "pt")):
        pictures = tuple(jpeg(10 * number + place) for place in range(2 + number % 2))
        server.add(str(MAY + number), pictures=pictures, lang=lang)
    lines = [*(str(MAY + number) for number in range(3)), str(JUNE), "nonsense", str(MAY)]
    (folder / "urls.txt").write_text("\n".join(lines) + "\n")
    return folder


SUMS = "6 lines: 3 kept, 1 duplicate, 1 gone, 1 refused\n"


def test_everything_is_shown(work: Path) -> None:
    assert run("fetch", "urls.txt", folder=work).code == 0
    ended = run("status", folder=work)
    assert (ended.code, ended.err) == (0, SUMS)
    assert ended.out == (
        "corpus\n"
        "\n"
        "  fate        lines\n"
        " ───────────────────\n"
        "  kept            3\n"
        "  duplicate       1\n"
        "  gone            1\n"
        "  refused         1\n"
        "\n"
        "posts\n"
        "\n"
        "  what                counts\n"
        " ─────────────────────────────────────────────\n"
        "  kept, by images     2=2 3=1\n"
        "  kept, by language   en=2 pt=1\n"
        "  kept, by time       2024-05=3\n"
        "  posts, by time      2024-05=3 2024-06=1\n"
        "  paid for            4 posts of x-api, $0.02\n"
        "\n"
    )
    ended = run("status", "--json", folder=work)
    assert (ended.code, ended.err) == (0, SUMS)
    assert json.loads(ended.out) == {
        "lines": 6,
        "fates": {"kept": 3, "duplicate": 1, "gone": 1, "refused": 1},
        "kept": {"images": {"2": 2, "3": 1}, "languages": {"en": 2, "pt": 1},
                 "months": {"2024-05": 3}},
        "months": {"2024-05": 3, "2024-06": 1},
        "asked": [{"source": "x-api", "dollars_a_post": 0.005, "posts": 4}],
        "dollars": 0.02,
        "tombstones": {},
    }  # fmt: skip


def test_a_check_is_paid_for_and_a_refusal_is_not(server: XServer, work: Path) -> None:
    refused = Answer(402, {"title": "CreditsDepleted", "detail": "No.", "type": "t"})
    server.next.append(refused)
    assert run("fetch", "urls.txt", folder=work).code == 4
    assert json.loads(run("status", "--json", folder=work).out)["asked"] == []
    assert run("fetch", "urls.txt", folder=work).code == 0
    server.next.append(refused)
    assert run("comply", folder=work).code == 4
    del server.posts[str(MAY)]
    assert run("comply", folder=work).code == 0
    now = json.loads(run("status", "--json", folder=work).out)
    assert (now["asked"][0]["posts"], now["dollars"]) == (4 + 3, 0.035)
    assert now["tombstones"] == {"gone": 1}
    assert now["fates"] == {"kept": 2, "duplicate": 1, "gone": 2, "refused": 1}
    out = run("status", "--list", "gone", "--json", folder=work).out
    assert [(row["number"], row["reason"]) for row in json.loads(out)] == [
        (1, f"resource-not-found: [{MAY}]."),
        (4, f"resource-not-found: [{JUNE}]."),
    ]


def test_a_corpus_that_does_not_exist(tmp_path: Path) -> None:
    ended = run("status", folder=tmp_path)
    assert (ended.code, ended.out, ended.err) == (
        3,
        "",
        "error: corpus: no corpus (corpus.db is not there)\n"
        "  try: mnerctl fetch urls.txt --corpus corpus\n",
    )
