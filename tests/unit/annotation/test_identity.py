"""Whose a project, an answer and a decision is, whatever titles, addresses and logins say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.annotation import adjudicate, pull, push, push_review, push_round
from mnerctl.annotation.push.review import DRAFT
from mnerctl.schema import Corpus, Gold, Span, UsageError
from mnerctl.schema.corpus.studio_rounds import Rounds
from support.answers import region
from support.corpora import corpus_of, drawn_image, made_post
from support.loopback_studio import MadeServer, loopback_studio

pytest.importorskip("label_studio_sdk")

TEXT = "Ada meets Ben in Paris"
ADA, BEN, PARIS = Span(0, 3, "PER"), Span(10, 13, "PER"), Span(17, 22, "LOC")
MARKED = {ADA: region(TEXT, "Ada"), BEN: region(TEXT, "Ben"), PARIS: region(TEXT, "Paris", "LOC")}
NAMES = ("ada", "ben", "cho")
TITLE = "mnerctl corpus"
Two = tuple[MadeServer, list["object"]]


@pytest.fixture(scope="module")
def addresses() -> Iterator[Two]:
    with loopback_studio(addresses=2) as (server, studios):
        yield server, list(studios)


@pytest.fixture
def studio(addresses: Two, tmp_path: Path) -> Iterator[Two]:
    """The empty server, and its clients at two addresses."""
    server, studios = addresses
    server.__init__(root=tmp_path / "corpus")  # type: ignore[misc]
    yield server, studios


def made(folder: Path, *posts: str, members: bool = True) -> Corpus:
    corpus = corpus_of(folder, [])
    image = drawn_image(corpus, 0, size=(8, 8), colour="teal")
    for post_id in posts:
        corpus.put_post(made_post(post_id, TEXT, images=(image,)))
        corpus.settle(post_id, "kept")
    if members:
        with (folder / "mnerctl.toml").open("a") as file:
            file.writelines(f'{name} = ["{name}@x.org"]\n' for name in NAMES)
    return corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with made(tmp_path / "corpus", "11", "12") as opened:
        yield opened


def answers(*spans: Span) -> list[object]:
    return [MARKED[span] for span in spans]


def stored(corpus: Corpus) -> dict[tuple[str, str, int], object]:
    return {
        (one.post_id, one.annotator, one.round): one.spans if one.status == "done" else "skipped"
        for one in corpus.annotations()
    }


def rules(rows: object) -> list[str]:
    return [row.rule for row in rows]  # type: ignore[attr-defined]


def test_two_corpora_of_one_name_share_nothing(tmp_path: Path, studio: Two) -> None:
    server, [here, _] = studio
    with (
        made(tmp_path / "corpus", "11", "12") as one,
        made(tmp_path / "b/corpus", "12", "13") as two,
    ):
        [first] = push_round(one, here, title=TITLE, annotators=["ada"])
        server.root = tmp_path / "b/corpus"
        [second] = push_round(two, here, title=TITLE, annotators=["ada"])
        assert (first.added, second.added, first.title) == (2, 2, second.title)
        assert sorted(server.tasks_of(first.project)) == ["11", "12"]
        assert sorted(server.tasks_of(second.project)) == ["12", "13"]
        server.submit("ada@x.org", server.tasks_of(first.project)["12"]["id"], answers(ADA))
        assert pull(two, here).stored == 0
        assert (pull(one, here).stored, stored(two)) == (1, {})
        assert stored(one) == {("12", "ada", 1): (ADA,)}


def test_one_server_at_two_addresses_is_one_server(corpus: Corpus, studio: Two) -> None:
    server, [here, there] = studio
    [pushed] = push_round(corpus, here, title=TITLE, annotators=["ada"])
    id = server.submit("ada@x.org", server.tasks_of(pushed.project)["11"]["id"], answers(ADA))
    assert pull(corpus, there).stored == 1
    [again] = push_round(corpus, there, title=TITLE, annotators=["ada"])
    assert (again.project, again.added, again.present) == (pushed.project, 0, 2)
    pulled = pull(corpus, here)
    assert (pulled.stored, pulled.unchanged, pulled.superseded, pulled.problems) == (0, 1, 0, ())
    server.delete(id)
    assert rules(pull(corpus, there).problems) == ["answer-deleted"]
    assert stored(corpus) == {}
    assert len(server.projects) == 1


def test_a_renamed_project_is_found_and_a_copied_mark_is_refused(
    corpus: Corpus, studio: Two
) -> None:
    server, [here, _] = studio
    [pushed] = push_round(corpus, here, title=TITLE, annotators=["ada"])
    server.projects[pushed.project]["title"] = "what ada does"
    [again] = push_round(corpus, here, title=TITLE, annotators=["ada"])
    assert (again.project, again.title) == (pushed.project, "what ada does")
    server.projects[99] = dict(server.projects[pushed.project])
    with pytest.raises(UsageError, match=f"projects {pushed.project} and 99 have the same mark"):
        pull(corpus, here)


def to_addresses(corpus: Corpus, server: MadeServer, *urls: str) -> None:
    """Make the tables what an earlier version had written, after a push and a pull at each address."""
    rows = [(one.id, one.title, one.annotator) for one in Rounds.of(corpus).projects()]
    known = [one for project in Rounds.of(corpus).projects()
             for one in Rounds.of(corpus).answers_in(project.key)]  # fmt: skip
    for project in server.projects.values():
        project["description"] = ""
    with sqlite3.connect(corpus.folder / "corpus.db") as db:
        db.executescript(
            "DROP TABLE label_projects; DROP TABLE label_answers; DROP TABLE label_facts;"
            "CREATE TABLE label_projects (url TEXT, id INTEGER, title TEXT NOT NULL, annotator TEXT,"
            " round INTEGER NOT NULL, is_review INTEGER NOT NULL, pulled_to TEXT, PRIMARY KEY (url, id))"
            " WITHOUT ROWID;"
            "CREATE TABLE label_answers (url TEXT, project INTEGER, id INTEGER, task INTEGER NOT NULL,"
            " post_id TEXT NOT NULL, annotator TEXT NOT NULL, round INTEGER NOT NULL, at TEXT NOT NULL,"
            " state TEXT NOT NULL, spans INTEGER NOT NULL, PRIMARY KEY (url, project, id)) WITHOUT ROWID;"
            "CREATE INDEX answers_by_task ON label_answers (url, project, task);"
            "CREATE INDEX answers_by_key ON label_answers (post_id, annotator, round);"
        )
        for url in urls:
            for id, title, annotator in rows:
                values = (url, id, title, annotator, server.now.isoformat())
                db.execute("INSERT INTO label_projects VALUES (?,?,?,?,1,0,?)", values)
                for one in known:
                    at = one.at.isoformat(timespec="microseconds")
                    values = (url, id, one.id, one.task, one.post_id, one.annotator, at)
                    db.execute(
                        "INSERT INTO label_answers VALUES (?,?,?,?,?,?,1,?,'done',1)", values
                    )
    db.close()


def test_a_corpus_of_before_is_upgraded_and_its_addresses_are_joined(
    corpus: Corpus, studio: Two
) -> None:
    server, [here, there] = studio
    [pushed] = push_round(corpus, here, title=TITLE, annotators=["ada"])
    tasks = server.tasks_of(pushed.project)
    ids = [server.submit("ada@x.org", tasks[post]["id"], answers(ADA)) for post in ("11", "12")]
    pull(corpus, here)
    to_addresses(corpus, server, here.url, "http://elsewhere:8090")
    server.delete(ids[0])
    pulled = pull(corpus, there)  # a third address
    assert rules(pulled.problems) == ["answer-deleted"]
    assert (pulled.unchanged, pulled.superseded) == (1, 0)
    assert stored(corpus) == {("12", "ada", 1): (ADA,)}
    [project] = Rounds.of(corpus).projects()
    assert (project.url, project.id, " " in project.key) == (there.url, pushed.project, False)
    assert project.key in server.projects[pushed.project]["description"]
    with sqlite3.connect(corpus.folder / "corpus.db") as db:  # the backup
        assert db.execute("SELECT count(*) FROM label_answers_by_address").fetchone() == (4,)
    db.close()
    [again] = push_round(corpus, here, title=TITLE, annotators=["ada"])
    assert (again.project, again.added) == (pushed.project, 0)


def test_an_upgrade_that_fails_changes_nothing(
    corpus: Corpus, studio: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, [here, _] = studio
    push_round(corpus, here, title=TITLE, annotators=["ada"])
    to_addresses(corpus, server, here.url)
    from mnerctl.schema.corpus import studio_rounds

    broken = (*studio_rounds._UPGRADE, "INSERT INTO label_answers VALUES (1)")
    with monkeypatch.context() as patch:
        patch.setattr(studio_rounds, "_UPGRADE", broken)
        with pytest.raises(sqlite3.OperationalError):
            Rounds.of(corpus)
    with sqlite3.connect(corpus.folder / "corpus.db") as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    db.close()
    assert "label_projects_by_address" not in names and "label_facts" not in names
    assert len(Rounds.of(corpus).projects()) == 1


def test_a_project_without_a_mark_is_ours_by_its_tasks_only(
    tmp_path: Path, corpus: Corpus, studio: Two
) -> None:
    server, [here, _] = studio
    [pushed] = push_round(corpus, here, title=TITLE, annotators=["ada"])
    to_addresses(corpus, server, here.url)
    for task in server.tasks.values():
        task["data"]["post_id"] = "99"
    with pytest.raises(UsageError, match="no project of this corpus"):
        pull(corpus, here)
    [again] = push_round(corpus, here, title=TITLE, annotators=["ada"])
    assert (again.project != pushed.project, again.added) == (True, 2)
    assert server.projects[pushed.project]["description"] == ""


def test_pictures_are_shown_after_the_served_folder_has_changed(
    corpus: Corpus, studio: Two
) -> None:
    server, [here, _] = studio
    [pushed] = push_round(corpus, here, title=TITLE, annotators=["ada"])
    to_addresses(corpus, server, here.url)
    shown = [task["data"]["images"][0]["url"] for task in server.tasks.values()]
    assert all(here.is_served(address) for address in shown)
    for root in ("corpus/images", "", "corpus"):
        server.root = corpus.folder.parent / root
        assert not any(here.is_served(address) for address in shown)
        [again] = push_round(corpus, here, title=TITLE, annotators=["ada"])
        assert (again.project, again.added, again.problems) == (pushed.project, 0, ())
        shown = [task["data"]["images"][0]["url"] for task in server.tasks.values()]
        assert all(here.is_served(address) for address in shown)


def test_an_answer_by_another_login_counts_for_nobody_until_it_is_decided(
    corpus: Corpus, studio: Two
) -> None:
    server, [here, _] = studio
    [pushed] = push_round(corpus, here, title=TITLE, annotators=["ada"])
    task = server.tasks_of(pushed.project)["11"]["id"]
    server.submit("ada@x.org", task, answers(ADA))
    server.submit("ada@elsewhere.org", task, answers(PARIS))
    for _ in "twice":
        pulled = pull(corpus, here)
        assert stored(corpus) == {("11", "ada", 1): (ADA,)}
        [row] = pulled.problems
        assert (pulled.unclear, row.level, row.rule, row.found) == (
            1, "error", "login", "an answer by ada@elsewhere.org in the project of ada",
        )  # fmt: skip
        assert row.detail.endswith('[members] of mnerctl.toml: "ada" = ["ada@elsewhere.org"]')
    settings = corpus.folder / "mnerctl.toml"
    text = settings.read_text()
    settings.write_text(text.replace('["ada@x.org"]', '["ada@x.org", "ada@elsewhere.org"]'))
    with Corpus.open(corpus.folder) as again:
        assert rules(pull(again, here).problems) == ["answer-twice"]
        assert stored(again) == {("11", "ada", 1): (PARIS,)}
    settings.write_text(text)
    with Corpus.open(corpus.folder) as again:
        assert rules(pull(again, here).problems) == ["login", "answer-deleted"]
        assert stored(again) == {("11", "ada", 1): (ADA,)}


def test_one_person_in_a_second_round_under_a_login_votes_once(corpus: Corpus, studio: Two) -> None:
    server, [here, _] = studio
    for one in push_round(corpus, here, title=TITLE, annotators=["ada", "ben"]):
        server.submit(
            f"{one.annotator}@x.org", server.tasks_of(one.project)["11"]["id"], answers(ADA)
        )
    pull(corpus, here)
    assert adjudicate(corpus).status_counts == {"agreed": 1}
    opened = push(corpus, here, title="suspects", round=2, only={"11": ""})
    task = server.tasks_of(opened.project)["11"]["id"]
    server.submit("ADA@x.org", task, answers(PARIS))
    server.submit("stranger@x.org", task, answers(PARIS))
    assert rules(pull(corpus, here).problems) == ["login"]
    result = adjudicate(corpus)
    [dispute] = result.disputes
    assert [(one.annotator, one.spans) for one in dispute.annotations] == [
        ("ada", (PARIS,)), ("ben", (ADA,)),
    ]  # fmt: skip


def test_answers_of_a_later_round_reopen_a_decision(corpus: Corpus, studio: Two) -> None:
    server, [here, _] = studio

    def say(round: int, **spans: Span) -> None:
        names = list(spans)
        for one in push_round(corpus, here, title=TITLE, annotators=names, round=round):
            task = server.tasks_of(one.project)["11"]["id"]
            server.submit(f"{one.annotator}@x.org", task, answers(spans[str(one.annotator)]))
        pull(corpus, here)

    def decide(span: Span) -> str:
        [pushed] = push_review(corpus, here, adjudicate(corpus).disputes, title=TITLE)
        server.submit("eve@x.org", server.tasks_of(pushed.project)["11"]["id"], answers(span))
        pull(corpus, here)
        return pushed.title

    say(1, ada=ADA, ben=BEN)
    assert decide(ADA) == "mnerctl corpus review"
    say(2, cho=ADA)
    assert (adjudicate(corpus).problems, corpus.gold_of("11")) == (
        (), Gold(post_id="11", text=TEXT, spans=(ADA,), how="adjudicated:eve@x.org"),
    )  # fmt: skip
    say(3, ada=PARIS, ben=PARIS, cho=PARIS)
    [row] = adjudicate(corpus).problems
    assert (row.level, row.rule, row.found) == (
        "warning", "decision-reopened",
        "adjudicated:eve@x.org, but ada and ben and cho answered otherwise in round 3",
    )  # fmt: skip
    assert corpus.gold_of("11") is None
    assert adjudicate(corpus).status_counts == {"undecided": 1}  # a person decides it again
    assert decide(PARIS) == "mnerctl corpus review r3"
    assert adjudicate(corpus).status_counts == {"adjudicated": 1}
    gold = corpus.gold_of("11")
    assert gold is not None and (gold.spans, gold.round) == ((PARIS,), 3)


def test_the_review_begins_with_what_the_majority_marks(corpus: Corpus, studio: Two) -> None:
    server, [here, _] = studio
    said = {"ada": (ADA, BEN), "ben": (ADA, PARIS), "cho": (PARIS,)}

    def review() -> tuple[list[tuple[str, list[str]]], str]:
        pull(corpus, here)
        [pushed] = push_review(corpus, here, adjudicate(corpus).disputes, title=TITLE)
        task = server.tasks_of(pushed.project)["11"]
        assert 'value="$differences"' in server.projects[pushed.project]["label_config"]
        rows = sorted(task["predictions"], key=lambda one: one["id"])
        assert rows[-1]["model_version"] == max(one["model_version"] for one in rows) == DRAFT
        return [
            (one["model_version"], [mark["value"]["text"] for mark in one["result"]])
            for one in rows
        ], task["data"]["differences"]

    ids = {}
    for one in push_round(corpus, here, title=TITLE, annotators=NAMES):
        task = server.tasks_of(one.project)["11"]["id"]
        name = str(one.annotator)
        ids[name] = server.submit(f"{name}@x.org", task, answers(*said[name]))
    for _ in "twice":
        assert review() == (
            [("ada", ["Ada", "Ben"]), ("ben", ["Ada", "Paris"]), ("cho", ["Paris"]),
             (DRAFT, ["Ada", "Paris"])],
            "1 of 3: PER 'Ben' at 10: ada\n2 of 3: PER 'Ada' at 0: ada, ben\n"
            "2 of 3: LOC 'Paris' at 17: ben, cho",
        )  # fmt: skip
    server.change(ids["ben"], [], is_skipped=True)
    assert review() == (
        [("ada", ["Ada", "Ben"]), ("ben (skipped)", []), ("cho", ["Paris"]), (DRAFT, [])],
        "1 of 3: PER 'Ada' at 0: ada\n1 of 3: PER 'Ben' at 10: ada\n1 of 3: LOC 'Paris' at 17: cho\n"
        "skipped: ben",
    )  # fmt: skip
