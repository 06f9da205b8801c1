"""The card: the Hub reads its metadata, numbers are those of the release, and unknown facts are marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mnerctl.release import blanks, card_of
from mnerctl.release.assemble.agreement import released_agreement
from mnerctl.schema import DataError, Release, Source
from mnerctl.schema.corpus.card_facts import CardFacts
from mnerctl.schema.release.agreement import Agreement, write_agreement
from mnerctl.schema.release.manifest import Withdrawn
from support.made_agreement import AGREEMENT
from support.sound_release import sound_release

FACTS = CardFacts(
    title='Posts: "two" & more <script>\u2028x: y',
    authors=("Ada", "Ben"),
    contact="privacy@example.org",
    homepage="https://example.org",
    licence="CC-BY-4.0",
    languages=("en", "de"),
    citation="Ada and Ben (2026)",
    motivation="Names in posts.",
    collection="Every tenth URL of a list.",
    annotators="Two students, paid by the hour.",
    limits="One month of posts.",
)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    sound = sound_release(tmp_path)
    assert sound.manifest is not None
    write_agreement(tmp_path, AGREEMENT)
    manifest = sound.manifest.model_copy(update={"agreement": released_agreement(tmp_path)})
    return replace(sound, manifest=manifest)


def test_the_hub_reads_the_metadata(release: Release) -> None:
    hub = pytest.importorskip("huggingface_hub")
    card = hub.DatasetCard(card_of(release, FACTS, data_files={"train": "train.jsonl"}))
    assert card.data.to_dict() == {
        "pretty_name": 'Posts: "two" & more <script>x: y',
        "license": "cc-by-4.0",
        "language": ["en", "de"],
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "tags": ["multimodal", "social-media", "mner"],
        "size_categories": ["n<1K"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": "train", "path": "train.jsonl"}],
            }
        ],
    }
    assert "<script" not in card.text


def test_a_licence_without_an_id_is_other(release: Release) -> None:
    hub = pytest.importorskip("huggingface_hub")
    words = CardFacts(licence="Research only, ask us")
    head = hub.DatasetCard(card_of(release, words)).data.to_dict()
    assert (head["license"], head["license_name"]) == ("other", "Research only, ask us")


def test_the_numbers_are_those_of_the_release(release: Release) -> None:
    lines = card_of(release, FACTS).splitlines()
    assert "| tweets | 24 | 8 | 8 |" in lines
    assert "| PER | 24 | 8 | 8 |" in lines
    figure = "0.8125 (0.7500 to 0.8750)"
    assert f"| all | 40 | 321 | {' | '.join([figure] * 4)} |" in lines
    assert f"| 2 images | 13 | 321 | {' | '.join([figure] * 4)} |" in lines
    assert "Drawn with seed 2024." in lines
    assert "- Source: made, 40 records." in lines
    assert not any("Not known" in line for line in lines)


def test_unknown_facts_are_marked(release: Release) -> None:
    assert release.manifest is not None
    bare = replace(release, manifest=None)
    lines = card_of(bare, CardFacts()).splitlines()
    assert "- Licence: **Not known** (`licence` in the table `[card]` of `mnerctl.toml`)" in lines
    assert "- Gold: **not known**." in lines
    assert sum("**Not known**" in line for line in lines) == len(CardFacts.model_fields) + 1
    assert blanks(CardFacts()) == list(CardFacts.model_fields)
    assert blanks(FACTS) == []


def test_annotators_have_pseudonyms_and_no_post_is_shown(tmp_path: Path) -> None:
    write_agreement(tmp_path, AGREEMENT)
    released = released_agreement(tmp_path)
    assert released is not None
    assert list(released.annotators) == ["A2", "A1"]
    assert released.by_pair[0].annotators == ("A1", "A2")
    assert released.divided == ()
    assert "zoe" not in released.model_dump_json()
    assert released.overall == AGREEMENT.overall
    assert Agreement.model_validate_json(released.model_dump_json()) == released


def test_no_agreement_is_none_and_a_broken_one_is_an_error(tmp_path: Path) -> None:
    assert released_agreement(tmp_path) is None
    (tmp_path / "agreement.json").write_text('{"tokenizer": 1}', encoding="utf-8")
    with pytest.raises(DataError, match="not a file that label agree wrote") as caught:
        released_agreement(tmp_path)
    assert caught.value.hint.startswith(f"mnerctl label agree --corpus {tmp_path}")


def test_names_of_others_stay_on_one_line(release: Release) -> None:
    assert release.manifest is not None
    odd = "a\n# heading\r\x1b\u2028b"
    source = Source(name=odd, version=odd, records=1, note=odd)
    post = Withdrawn(id="1", fate="gone", reason=odd, date=date(2026, 5, 20))
    changes = {"version": odd, "gold": odd, "tokenizer": odd}
    changes |= {"sources": (source,), "withdrawn": (post,)}
    manifest = release.manifest.model_copy(update=changes)
    card = card_of(replace(release, name=odd, manifest=manifest), CardFacts())
    assert "\n# heading" not in card and not set("\r\x1b\u2028") & set(card)
    assert card.count("aU+000A# heading") == 10
