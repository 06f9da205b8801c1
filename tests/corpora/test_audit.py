"""The audit reports every kind of fault at its place under its rule, and nothing else."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from random import Random

import pytest

from mnerctl.release import RULES, audit_release, merge_plus
from mnerctl.release.audit.rule import Inspected, examples_of
from mnerctl.schema import DataError, Release
from support.faults import FAULTS, Kind
from support.made_mner_mi import small_table, write_made_mner_mi
from support.published import mner_mi_folder, twitter_folder
from support.sound_release import make_manifest_right, sound_release
from support.twitter2017 import SHARED

PAPER = SHARED / "data" / "paper" / "statistics.json"


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a release without faults."""
    return sound_release(tmp_path_factory.mktemp("release")).folder


def is_known(rule: str) -> bool:
    """Return whether the reference has this rule."""
    return any(
        rule == one.id or (one.id.endswith("*") and rule.startswith(one.id[:-1])) for one in RULES
    )


def test_a_sound_release_has_no_problems(sound: Path) -> None:
    done = audit_release(sound)
    assert (done.problems, done.is_fit, done.records, done.pictures) == ((), True, 40, 120)


@pytest.mark.parametrize(("kind", "seed"), [(k, 7) for k in FAULTS.values()], ids=FAULTS)
def test_every_fault_is_reported(sound: Path, tmp_path: Path, kind: Kind, seed: int) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(sound, folder)
    place = kind.fault(folder, Random(seed))
    if not kind.in_manifest:
        make_manifest_right(folder)
    problems = audit_release(folder).problems
    assert {row.rule for row in problems} == kind.rules, problems
    assert all(is_known(row.rule) for row in problems)
    assert f"{folder}/{place}" in {row.where for row in problems}
    assert all(row.found and row.wanted for row in problems)


def test_every_rule_for_our_releases_has_a_fault() -> None:
    assert len(FAULTS) >= 40
    named = {rule for kind in FAULTS.values() for rule in kind.rules}
    unseen = {
        rule.id
        for rule in RULES
        if rule.ours and not any(name.startswith(rule.id.rstrip("*")) for name in named)
    }
    assert unseen == set()


def test_each_rule_has_its_own_id_and_a_sentence() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.about.endswith(".") and (rule.ours or rule.published), rule.id


def test_a_folder_without_a_release(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        audit_release(tmp_path / "nothing")
    assert caught.value.message == f"{tmp_path}/nothing: no such folder"


def test_the_published_corpora_pass_with_warnings(tmp_path: Path) -> None:
    """A made MNER-MI has the irregularities of the real one, and one truncated picture, as it has some."""
    write_made_mner_mi(tmp_path / "mi", statistics=small_table(), seed=3, pictures=8)
    path = next((tmp_path / "mi" / "images").iterdir())
    path.write_bytes(path.read_bytes()[:-2])
    done = audit_release(tmp_path / "mi")
    assert (done.is_fit, done.records, done.pictures) == (True, 360, 990)
    rules = {row.rule: row.level for row in done.problems}
    assert rules["image-broken"] == "warning"
    assert {rules[name] for name in ("id-type", "label-alias", "python-literal")} == {"note"}
    (broken,) = (row for row in done.problems if row.rule == "image-broken")
    assert broken.where.startswith(f"{tmp_path}/mi/text/MNER-MI_")
    assert broken.found.startswith(f"{path.name}: truncated: ")


def test_merged_records_have_the_milder_level(tmp_path: Path) -> None:
    twitter_folder(tmp_path / "twitter", train=["IMGID:1", "two words\tO", "Ada\tB-PER"])
    mner_mi_folder(tmp_path / "mi")
    merged = merge_plus(
        Release.load(tmp_path / "mi"),
        Release.load(tmp_path / "twitter"),
        out=tmp_path / "plus",
        version="1.0.0",
        created=date(2024, 5, 20),
    )
    levels = {row.level for row in audit_release(merged.folder).problems if row.rule == "token"}
    assert levels == {"warning"}


def test_a_release_that_is_dated_ahead_may_not_have_posts_of_the_future(tmp_path: Path) -> None:
    sound_release(tmp_path)
    folder = tmp_path / "sound"
    FAULTS["an id from the future"].fault(folder, Random(1))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"created": "2999-01-01"}))
    release = Release.read(folder)
    (rule,) = (rule for rule in RULES if rule.id == "id-date")
    inspected = Inspected(release, examples_of(release), {}, today=date(2024, 6, 1))
    assert [row.wanted for row in rule.problems(inspected)] == ["a post from before 2024-06-01"]
