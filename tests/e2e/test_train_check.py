"""`mnerctl train-check`: its whole output and files, and each way in which it fails."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.command import Ended, interrupted, left_in_tmp, run, without_figures
from support.made_mner_mi import small_table, write_made_mner_mi
from support.made_release import change_manifest, made_plus, rewrite_split
from support.published import tree

pytestmark = pytest.mark.e2e

NAMED = 108
SMOKE = ("--preset", "smoke", "--seed", "7", "--threads", "1", "--out", "report")
REPORT = [
    *("model", "model/config.json", "model/mnerctl.json", "model/model.safetensors"),
    *("model/tokenizer.json", "model/tokenizer_config.json"),
    *("predictions.dev.jsonl", "predictions.test.jsonl"),
    *("report.html", "report.json", "report.md"),
]


@pytest.fixture(scope="module")
def plus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MNER-MI-Plus of 460 made tweets with 861 pictures."""
    folder = tmp_path_factory.mktemp("plus")
    made_plus(folder, train=150, dev=40, test=40)
    return folder / "plus"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """60 tweets with 108 pictures, for tests that damage them."""
    made_plus(tmp_path / "made", train=18, dev=6, test=6)
    (tmp_path / "made" / "plus").rename(tmp_path / "plus")
    return tmp_path / "plus"


def counts(label: str, total: int, step: int = 1) -> str:
    """Return the ten progress lines for `total` items."""
    tenths = [-(-tenth * total // 10) for tenth in range(1, 11)]
    rounded = [min(-(-number // step) * step, total) for number in tenths]
    return "".join(f"{label}: {number} of {total}\n" for number in dict.fromkeys(rounded))


@pytest.fixture(scope="module")
def smoke(plus: Path) -> Ended:
    """One run on it; its report is beside it."""
    return run("train-check", "plus", *SMOKE, folder=plus.parent)


CHECKS = ["data-rules", "leaks", "learnability", "images-help", "image-order", "label-noise"]


def levels(path: Path) -> dict[str, str]:
    """Return the level of each check."""
    report = json.loads((path / "report.json").read_bytes())
    return {check["name"]: check["level"] for check in report["checks"]}


def test_a_random_network_is_not_fit(plus: Path, smoke: Ended) -> None:
    ended = smoke
    assert ended.code == 5
    shown = without_figures(ended.out)
    assert shown.startswith(
        without_figures("""\
MNER-MI-Plus: tpm-mi, test

           P       R      F1   gold
 ─
  micro   0.0    0.0   0.0    112
  PER     0.0    0.0   0.0     40
  LOC     0.0    0.0   0.0     26
  ORG     0.0    0.0   0.0     20
  MISC    0.0    0.0   0.0     26

images

 test with F1 all images 95 % p
 ─
 no images same model #""")
    )
    assert re.findall(r"^ (\S+) (fail|warn|pass) ", shown, re.MULTILINE) == [
        *(("leaks", "fail"), ("learnability", "fail")),  # made pictures are in all splits
        *((name, "warn") for name in ("data-rules", "images-help", "image-order", "label-noise")),
        ("images-usable", "pass"),
    ]
    report = tree(plus.parent / "report")
    assert sorted(report) == REPORT
    data = json.loads(report["report.json"] or b"")
    assert (data["verdict"], data["run"]["seeds"], data["run"]["records"]) == (
        "fail",
        [7],
        {"train": 300, "dev": 80, "test": 80},
    )
    assert data["run"]["precision"] in ("float32", "bfloat16") and data["run"]["precision_reason"]
    assert left_in_tmp(plus.parent) == []


def test_the_output_while_it_runs(smoke: Ended) -> None:
    printed = re.sub(r"in \d+ s", "in 1 s", without_figures(smoke.err))
    printed = re.sub(r"^# M parameters.*", "ESTIMATE", printed, flags=re.MULTILINE)
    assert re.search(r"^training: [1-9] of 10, about .+ left$", printed, re.MULTILINE)
    assert ", about" not in re.sub(r"^training: [1-9] of 10, .*", "", printed, flags=re.MULTILINE)
    printed = re.sub(
        r"^(training: [1-9] of 10), about .+ left$", r"\1", printed, flags=re.MULTILINE
    )
    printed = re.sub(r"\d+ \(\d+\)", "# (#)", printed)
    printed = re.sub(r"^computing in .*", "COMPUTING", printed, flags=re.MULTILINE)
    assert "".join(x for x in printed.splitlines(keepends=True) if not x.startswith("warning")) == (
        f"{counts('reading', 864)}"
        f"{counts('audit: files', 864)}"
        f"{counts('audit: pictures', 861, step=256)}"
        f"{counts('pictures', 861, step=64)}"
        "COMPUTING\n"
        "ESTIMATE\n"
        f"{counts('training', 10)}"
        "epoch 1: dev F1 #\n"
        f"{counts('views', 320, step=80)}"
        "seconds (CPU seconds): reading # (#), data rules and leaks # (#), pictures # (#),"
        " training # (#), judging # (#); in all # (#)\n"
        "fail: test F1 # (strict; seqeval's default #), trained in 1 s; see report/report.html\n"
        "leaks: 63 of 63 test posts with entities are also in train, 63 by a picture; 64 posts of dev\n"
        "learnability: test F1 does not beat the majority baseline by at least 2 points"
        " (dictionary #, majority #)\n"
        "error: MNER-MI-Plus: not fit to publish: leaks, learnability\n"
        " try: read report/report.md\n"
    )


def test_more_seeds_views_a_floor_and_an_earlier_report(plus: Path, smoke: Ended) -> None:
    """The first seed gives the same predictions as alone, to the last digit."""
    options = ("--seeds", "2", "--retrain", "none", "--against", "report", "--min-f1", "99.5")
    ended = run("train-check", "plus", *SMOKE[:-1], "again", *options, "--json", folder=plus.parent)
    assert ended.code == 5
    assert ended.err.endswith(
        "error: MNER-MI-Plus: not fit to publish: leaks, learnability, floor\n"
        "  try: read again/report.md\n"
    )
    steps = re.findall(r"^training: (\d+) of (\d+)(?:, about .+ left)?$", ended.err, re.MULTILINE)
    assert steps == [(str(4 * tenth), "40") for tenth in range(1, 11)]
    assert re.findall(r"^(.*)epoch 1: dev F1", ended.err, re.MULTILINE) == [
        *("seed 7: ", "seed 7, images none: ", "seed 8: ", "seed 8, images none: "),
    ]
    second = json.loads(ended.out)
    assert second == json.loads((plus.parent / "again" / "report.json").read_bytes())
    first = json.loads((plus.parent / "report" / "report.json").read_bytes())
    by_seed = second["scores"]["test"]["micro"]["seeds"]
    assert len(by_seed) == 2 and by_seed[0] == first["scores"]["test"]["micro"]["seeds"][0]
    assert [(one["view"], one["how"]) for one in second["ablations"]] == [
        *((view, "one model") for view in ("none", "first", "shuffled", "reordered")),
        ("none", "trained"),
    ]
    assert list(levels(plus.parent / "again")) == [
        *(*CHECKS[:3], "floor", "regression", "same-training", *CHECKS[3:5]),
        *("stability", "label-noise", "images-usable"),
    ]
    assert (second["against"]["posts"], second["against"]["changed"]) == (80, 0)
    for split in ("dev", "test"):
        name = f"predictions.{split}.jsonl"
        again = (plus.parent / "again" / name).read_bytes()
        assert again == (plus.parent / "report" / name).read_bytes()
        assert (plus.parent / "again" / f"predictions.{split}.8.jsonl").is_file()


def test_settings_of_a_file_and_of_options(plus: Path) -> None:
    """Options override the file; the report and the saved model have both."""
    file = 'epochs = 3\nbatch_size = 64\nhead_learning_rate = 2e-3\nprecision = "bfloat16"\n'
    (plus.parent / "train.toml").write_text(file, encoding="utf-8")
    ended = run(
        *("train-check", "plus", *SMOKE[:-1], "twice", "--epochs", "2", "--json"),
        *("--system", "bert", "--precision", "float32", "--config", "train.toml"),
        folder=plus.parent,
    )
    given = {"epochs": 2, "batch_size": 64, "head_learning_rate": 2e-3}
    config = given | {"threads": 1, "precision": "float32"}
    assert json.loads(ended.out)["run"]["config"] == config
    assert config.items() <= json.loads(ended.out)["run"]["settings"].items()
    described = json.loads((plus.parent / "twice" / "model" / "mnerctl.json").read_bytes())
    assert described["preset"]["config"] == config
    page = (plus.parent / "twice" / "report.html").read_text(encoding="utf-8")
    said = "preset smoke with epochs 2, batch_size 64, head_learning_rate 0.002, seed 7"
    assert said in page and said in (plus.parent / "twice" / "report.md").read_text()
    assert ended.err.count("training: 10 of 10\n") == 1  # 300 posts in steps of 64, twice
    (training,) = json.loads(ended.out)["run"]["trainings"]
    assert len(training["dev_f1"]) == 2
    assert list(levels(plus.parent / "twice")) == [*CHECKS[:3], "label-noise"]


def test_a_training_begins_with_the_model_of_a_report(plus: Path, smoke: Ended) -> None:
    """It must say so in both checks that this touches; labels cannot be judged by such a model."""
    (plus.parent / "begin.toml").write_text('init_from = "report"\n', encoding="utf-8")
    given = (*SMOKE[:-1], "begun", "--config", "begin.toml", "--against", "report")
    refused = run("train-check", "plus", *given, "--suspects", folder=plus.parent)
    assert (refused.code, refused.err.splitlines()[-2]) == (
        2,
        "error: init_from = 'report/model': a judge of labels must not have been trained on them",
    )
    ended = run("train-check", "plus", *given, "--json", folder=plus.parent)
    assert ended.code == 5
    reasons = {check["name"]: check["reason"] for check in json.loads(ended.out)["checks"]}
    assert reasons["starting-model"].startswith("undecided: the training began with report/model")
    assert "init_from None (now report/model)" in reasons["same-training"]
    first = json.loads((plus.parent / "report" / "report.json").read_bytes())
    before, after = (one["run"]["trainings"][0]["loss"] for one in (first, json.loads(ended.out)))
    assert after[0] < before[0]


def too_long(release: Path, *splits: str) -> None:
    """Write 128 words, and then a name that no preset reads, before the first post of each split."""
    for split in splits:
        first, *others = (release / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
        fields = json.loads(first)
        text = [*["word"] * 128, "Ada"]
        changed = fields | {"text": text, "label": [*["O"] * 128, "B-PER"], "evidence": None}
        rewrite_split(release, split, [json.dumps(changed), *others])


def test_epochs_and_patience_which_does_not_count_before_anything_is_found(release: Path) -> None:
    """And posts that are too long are counted in the log and in the report."""
    too_long(release, "test", "dev")
    slow = "head_learning_rate = 3e-4\nprompt_learning_rate = 1e-5\nlearning_rate = 1e-5\n"
    (release.parent / "slow.toml").write_text(slow, encoding="utf-8")
    words = ("--epochs", "3", "--patience", "1", "--accumulate", "8", "--precision", "float32")
    given = (*SMOKE, *words, "--config", "slow.toml")
    ended = run("train-check", "plus", *given, folder=release.parent)
    report = json.loads((release.parent / "report" / "report.json").read_bytes())
    assert (
        "\nwarning: posts longer than the system reads: dev 1 post (1 entity lost), test 1 post (1"
        " entity lost); lost entities count as missed\n"
    ) in ended.err
    cut = {"posts": 1, "entities": 1}
    none = {"posts": 0, "entities": 0}
    assert report["run"]["truncated"] == {"train": none, "dev": cut, "test": cut}
    facts = report["run"]
    (training,) = facts["trainings"]
    assert training["dev_f1"] == [0, 0, 0]  # it learns too slowly to find anything
    assert facts["precision_reason"] == "as --precision says"
    assert re.findall(r"^epoch (\d+): dev F1 [\d.]+$", ended.err, re.MULTILINE) == ["1", "2", "3"]


def test_a_test_split_that_was_copied_into_train(release: Path) -> None:
    """The copies have other ids and one more word, as after a careless merge."""
    lines = (release / "train.jsonl").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(
        (release / "test.jsonl").read_text(encoding="utf-8").splitlines()
    ):
        fields = json.loads(line)
        changes = {"text": [*fields["text"], "indeed"], "label": [*fields["label"], "O"]}
        lines.append(
            json.dumps(fields | changes | {"id": f"copy{number}", "url": "", "images": []})
        )
    rewrite_split(release, "train", lines)
    change_manifest(release, lambda manifest: manifest["records"].update(train=len(lines)))
    ended = run("train-check", "plus", *SMOKE, folder=release.parent)
    assert ended.code == 5
    report = json.loads((release.parent / "report" / "report.json").read_bytes())
    (found,) = [check for check in report["checks"] if check["name"] == "leaks"]
    posts = sum("B-" in line for line in (release / "test.jsonl").read_text().splitlines())
    assert found["level"] == "fail"
    assert found["reason"].startswith(
        f"{posts} of {posts} test posts with entities are also in train"
    )
    assert f"leaks: {found['reason']}\n" in ended.err
    assert re.search(r"\nerror: .*: not fit to publish: (data-rules, )?leaks", ended.err)


def test_label_suspects(release: Path) -> None:
    given = (*SMOKE, "--system", "bert-crf", "--suspects")
    ended = run("train-check", "plus", *given, folder=release.parent)
    assert ended.code == 5
    assert len(re.findall(r"^fold \d of 5: the F1 of its judge is ", ended.err, re.MULTILINE)) == 5
    report = release.parent / "report"
    assert "label-suspects" in levels(report)
    tested = [name for name in levels(report) if name in CHECKS]
    assert tested == [*CHECKS[:3], "label-noise"]  # none of images
    assert {"suspects.jsonl", "suspects.html"} <= {path.name for path in report.iterdir()}
    found = json.loads((report / "report.json").read_bytes())["suspects"]
    assert found["entities"] == sum(
        line.count("B-")
        for split in ("train", "dev", "test")
        for line in (release / f"{split}.jsonl").read_text().splitlines()
    )


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (
            ("--system", "bert-crf", "--require", "images"),
            "error: images: bert-crf does not use images\n"
            "  try: leave out --require and --retrain, or give --system tpm-mi\n",
        ),
        (
            ("--retrain", "none,last"),
            "Error: Invalid value for '--retrain': 'last' is not a view; choose from none, first, shuffled,"
            " reordered\n",
        ),
        (
            ("--against", "nowhere"),
            "error: nowhere/report.json: No such file or directory\n  try: give --against the whole report"
            " folder of a mnerctl train-check of this version of mnerctl\n",
        ),
        (
            ("--config", "wrong.toml"),
            "error: wrong.toml: batch_size = '8'; wanted a whole number from 1 to 65,536\n"
            "  try: write, for example: batch_size = 16\n",
        ),
        (
            ("--accumulate", "5"),
            "error: accumulate 5: a batch of 32 posts cannot be divided into 5 equal parts"
            "\n  try: give a number that, times the number of processes, divides 32\n",
        ),
    ],
    ids=[
        "images of a text system",
        "an unknown view",
        "no report",
        "a wrong setting",
        "uneven parts",
    ],
)
def test_impossible_options_are_reported_before_anything_is_read(
    release: Path, given: tuple[str, ...], error: str
) -> None:
    (release.parent / "wrong.toml").write_text('batch_size = "8"\n', encoding="utf-8")
    before = tree(release.parent)
    ended = run("train-check", "plus", *SMOKE, *given, folder=release.parent)
    assert (ended.code, ended.out) == (3 if {"nowhere", "wrong.toml"} & {*given} else 2, "")
    assert ended.err.endswith(error)
    assert "audit" not in ended.err and "pictures" not in ended.err
    assert tree(release.parent) == before


@pytest.mark.slow
def test_a_release_that_can_be_learned_is_fit(tmp_path: Path) -> None:
    """Most test names are not in train, but the words around them show the type."""
    made_plus(tmp_path, train=80, dev=16, test=40, pictures=4, is_sound=True)
    ended = run(
        *("train-check", "plus", "--preset", "quick", "--min-f1", "60", "--out", "report"),
        folder=tmp_path,
    )
    assert ended.code == 0, ended.err
    assert ended.err.splitlines()[-1].startswith("pass: test F1 ")
    report = json.loads((tmp_path / "report" / "report.json").read_bytes())
    assert report["verdict"] == "pass"
    (training,) = report["run"]["trainings"]
    assert [line for line in ended.err.splitlines() if line.startswith("epoch ")] == [
        f"epoch {epoch}: dev F1 {100 * f1:.2f}"
        for epoch, f1 in enumerate(training["dev_f1"], start=1)
    ]
    found = levels(tmp_path / "report")
    assert [found[name] for name in ("learnability", "floor", "images-usable")] == ["pass"] * 3
    assert report["scores"]["test"]["micro"]["f1"] > 0.6


UNREADABLE = r"not_an_image: begins with b'\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01'"


def lost_pictures(plus: Path) -> None:
    """Remove one picture, and break one in such a way that its checksum is right."""
    (plus / "images" / "twitter2017-1.jpg").unlink()
    path = plus / "images" / "twitter2017-2.jpg"
    content = path.read_bytes()[:300]
    path.write_bytes(content)

    def change(manifest: dict[str, Any]) -> None:
        del manifest["files"]["images/twitter2017-1.jpg"]
        entry = {"bytes": 300, "sha256": hashlib.sha256(content).hexdigest()}
        manifest["files"]["images/twitter2017-2.jpg"] = entry

    change_manifest(plus, change)


def changed_byte(plus: Path) -> None:
    path = plus / "images" / "twitter2017-3.jpg"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


def image_with_path(plus: Path) -> None:
    lines = (plus / "test.jsonl").read_text(encoding="utf-8").splitlines()
    fields: dict[str, Any] = json.loads(lines[4])
    lines[4] = json.dumps(fields | {"images": ["../manifest.json"]})
    rewrite_split(plus, "test", lines)


READ = counts("reading", NAMED + 3)
REFUSALS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a wrong path": (
        shutil.rmtree,
        "error: plus: no such folder\n  try: ls .\n",
    ),
    "a changed byte": (
        changed_byte,
        f"{READ}"
        "error checksum plus/images/twitter2017-3.jpg: sha256 AAAA…, SIZE bytes;"
        " wanted sha256 BBBB…, SIZE bytes\n"
        "error: plus: 1 error in its files; the first: plus/images/twitter2017-3.jpg:"
        " sha256 AAAA…, SIZE bytes; wanted sha256 BBBB…, SIZE bytes\n"
        "  try: fix the lines above, then run the same command again\n",
    ),
    "an image name with a path": (
        image_with_path,
        f"{READ}"
        "error image-name plus/test.jsonl:5: image '../manifest.json';"
        " wanted a plain file name, without a folder\n"
        "error: plus: 1 error in its files; the first: plus/test.jsonl:5:"
        " image '../manifest.json'; wanted a plain file name, without a folder\n"
        "  try: fix the lines above, then run the same command again\n",
    ),
}


@pytest.mark.parametrize(("damage", "message"), REFUSALS.values(), ids=REFUSALS)
def test_it_refuses_and_leaves_nothing(
    release: Path, damage: Callable[[Path], None], message: str
) -> None:
    damage(release)
    before = tree(release.parent)
    ended = run("train-check", "plus", *SMOKE, folder=release.parent)
    if "AAAA" in message:
        content = (release / "images" / "twitter2017-3.jpg").read_bytes()
        found, wanted = [line.split("sha256 ")[1][:12] for line in _halves(ended.err)]
        assert found != wanted
        message = message.replace("SIZE", str(len(content)))
        message = message.replace("AAAA", found).replace("BBBB", wanted)
    assert (ended.code, ended.out, ended.err) == (3, "", message)
    assert tree(release.parent) == before
    assert left_in_tmp(release.parent) == []


def _halves(err: str) -> list[str]:
    (line,) = (line for line in err.splitlines() if line.startswith("error checksum"))
    return line.split("wanted ")


def test_pictures_that_cannot_be_used_end_it_and_leave_nothing(release: Path) -> None:
    lost_pictures(release)
    before = tree(release.parent)
    ended = run("train-check", "plus", *SMOKE, folder=release.parent)
    assert (ended.code, ended.out) == (3, "")
    audited, _, rest = ended.err.partition("\npictures: ")
    assert "image-broken" in audited and "missing-images" in audited
    assert f"pictures: {rest}" == (
        f"{counts('pictures', NAMED, step=64)}"
        "error image-missing plus/images/twitter2017-1.jpg: no file; wanted the image\n"
        f"error image-unreadable plus/images/twitter2017-2.jpg: {UNREADABLE};"
        " wanted a whole picture\n"
        f"error: plus: 2 of {NAMED} images cannot be used; the first:"
        " plus/images/twitter2017-1.jpg: no file\n"
        "  try: complete the images, or mask them with --allow-missing-images\n"
    )
    assert tree(release.parent) == before
    assert left_in_tmp(release.parent) == []


def test_pictures_that_cannot_be_used_are_masked_when_asked(release: Path) -> None:
    lost_pictures(release)
    change_manifest(release, lambda manifest: manifest.update(missing_images=1))
    ended = run("train-check", "plus", *SMOKE, "--allow-missing-images", folder=release.parent)
    assert ended.code == 5
    assert [line for line in ended.err.splitlines() if "(masked)" in line] == [
        "warning image-missing plus/images/twitter2017-1.jpg: no file; wanted the image (masked)",
        f"warning image-unreadable plus/images/twitter2017-2.jpg: {UNREADABLE};"
        " wanted a whole picture (masked)",
    ]
    report = json.loads((release.parent / "report" / "report.json").read_bytes())
    assert (report["run"]["images_named"], report["run"]["images_masked"]) == (NAMED, 2)
    found = levels(release.parent / "report")
    assert (found["data-rules"], found["images-usable"]) == ("warn", "warn")


def test_a_published_corpus_is_trained_on_as_it_is(tmp_path: Path) -> None:
    write_made_mner_mi(
        tmp_path / "mi", statistics=small_table(train=60, dev=20, test=20), seed=1, pictures=4
    )
    (broken,) = sorted((tmp_path / "mi" / "images").iterdir())[:1]
    broken.write_bytes(broken.read_bytes()[:-200])
    ended = run("train-check", "mi", *SMOKE, folder=tmp_path)
    assert ended.code == 5
    assert "warning image-unreadable mi/images/" in ended.err
    report = json.loads((tmp_path / "report" / "report.json").read_bytes())
    assert (report["run"]["release"], report["run"]["images_masked"]) == ("MNER-MI", 1)


def test_ctrl_c_leaves_nothing(release: Path) -> None:
    before = tree(release.parent)
    ended = interrupted("train-check", "plus", *SMOKE, folder=release.parent, after="training: ")
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.splitlines()[-1] == (
        "interrupted: finished work is kept; run the same command to go on"
    )
    assert "Traceback" not in ended.err
    assert tree(release.parent) == before
    assert left_in_tmp(release.parent) == []
