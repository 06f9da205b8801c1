"""The BiLSTM-CRF systems: shapes, padding, rare words, and word vectors from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from mnerctl.model.inputs.word_reader import MAX_CHARACTERS, WordReader
from mnerctl.model.networks.bilstm_config import UNKNOWN, WordTaggerConfig
from mnerctl.model.networks.bilstm_crf import WordTagger
from mnerctl.model.networks.bilstm_layers import BiLstm, CharacterCnn, CharacterLstm
from mnerctl.model.networks.tagger import BuiltSystem
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.systems.saved_model import SavedModel, save_model
from mnerctl.model.systems.system import BuildInputs
from mnerctl.model.tagging.tag import tag
from mnerctl.model.training.optimizer_groups import parameter_groups
from mnerctl.schema import Record

FAMILY = ("bilstm-crf", "cnn-bilstm-crf", "hbilstm-crf")
SMOKE = PRESETS["smoke"]


def record(*words: str, label: Sequence[str] = ()) -> Record:
    return Record(
        id=" ".join(words), text=words, label=tuple(label) or ("O",) * len(words), images=()
    )


TRAIN = (
    record("Ada", "in", "Paris", label=("B-PER", "O", "B-LOC")),
    record("in", "the", "e\u0301t\u00e9", "\U0001f469\u200d\U0001f4bb", "\u200b"),
    record("\u0645\u0635\u0631", "wins"),
)


def built(name: str, **given: object) -> BuiltSystem:
    torch.manual_seed(1)
    return SYSTEMS[name].build(BuildInputs(train=TRAIN, preset=SMOKE, seed=1, **given))  # type: ignore[arg-type]


def emissions(system: BuiltSystem, records: Sequence[Record]) -> Tensor:
    batch = system.reader.collate(list(system.reader.encode(records)))
    del batch["labels"]
    with torch.no_grad():
        found = system.model.eval()(**batch).emissions
    assert isinstance(found, Tensor)
    return found


@pytest.mark.parametrize("name", FAMILY)
def test_shapes_loss_and_gradients(name: str) -> None:
    system = built(name)
    batch = system.reader.collate(list(system.reader.encode(TRAIN)))
    shapes = {key: tuple(value.shape) for key, value in batch.items()}
    spelled = {"characters": (3, 5, 5)} if name != "bilstm-crf" else {}
    assert shapes == {"words": (3, 5), "word_mask": (3, 5), "labels": (3, 5), **spelled}
    output = system.model.train()(**batch)
    assert output.emissions is not None and output.emissions.shape == (3, 5, 9)
    output.loss.backward()
    missing = [key for key, value in system.model.named_parameters() if value.grad is None]
    assert missing == []
    rates = {group["lr"] for group in parameter_groups(system.model, SMOKE)}
    assert rates == {SMOKE.head_learning_rate, SMOKE.crf_learning_rate}


@pytest.mark.parametrize("name", FAMILY)
def test_predictions_do_not_depend_on_the_batch_or_its_order(name: str) -> None:
    system = built(name)
    alone = [emissions(system, [one])[0] for one in TRAIN]
    together = emissions(system, TRAIN)
    for place, one in enumerate(alone):
        torch.testing.assert_close(together[place, : len(one)], one, atol=1e-6, rtol=0)
    spans = [[one.span for one in row] for row in tag(system, TRAIN)]
    for size in (1, 2):
        backwards = tag(system, TRAIN[::-1], batch_size=size)[::-1]
        assert [[one.span for one in row] for row in backwards] == spans


def test_the_bilstm_equals_that_of_torch() -> None:
    torch.manual_seed(1)
    ours = BiLstm(3, 4)
    oracle = torch.nn.LSTM(3, 4, batch_first=True, bidirectional=True)
    weights = {
        f"{key}{suffix}": value
        for part, suffix in ((ours.onward, ""), (ours.back, "_reverse"))
        for key, value in part.state_dict().items()
    }
    oracle.load_state_dict(weights)
    x, lengths = torch.randn(4, 6, 3), torch.tensor([6, 1, 4, 3])
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    wanted, _ = pad_packed_sequence(oracle(packed)[0], batch_first=True)
    found = ours(x, lengths)
    real = torch.arange(6) < lengths.unsqueeze(1)
    torch.testing.assert_close(found[real], wanted[real])


@pytest.mark.parametrize("kind", [CharacterCnn, CharacterLstm])
def test_padding_of_a_word_is_not_read(kind: type[CharacterCnn | CharacterLstm]) -> None:
    torch.manual_seed(1)
    part = kind(WordTaggerConfig(characters=9)).eval()
    word = torch.tensor([[2, 3, 4]])
    padded = torch.tensor([[2, 3, 4, 0, 0, 0], [8, 7, 6, 5, 4, 3]])
    torch.testing.assert_close(part(padded)[:1], part(word))


def test_words_are_looked_up_unchanged_then_in_lower_case() -> None:
    reader = WordReader({"in": 2, "In": 3, "ada": 4}, {"a": 2, "d": 3})
    row = record("In", "IN", "Ada", "Bob", "a" * 90)
    batch = reader.collate(list(reader.encode([row])))
    assert batch["words"].tolist() == [[3, 2, 4, UNKNOWN, UNKNOWN]]
    assert batch["characters"].shape == (1, 5, MAX_CHARACTERS)
    assert batch["characters"][0, 2, :4].tolist() == [UNKNOWN, 3, 2, 0]


def test_rare_words_become_unknown_in_training_only() -> None:
    system = built("bilstm-crf")
    model, reader = system.model, system.reader
    assert isinstance(model, WordTagger) and isinstance(reader, WordReader)
    rare = {word for word, number in reader.words.items() if model.rare[number]}
    assert rare == {word for one in TRAIN for word in one.text} - {"in"}
    numbers = torch.tensor([list(reader.words.values())] * 400)
    assert model.eval()._drop_rare_words(numbers) is numbers
    dropped = (model.train()._drop_rare_words(numbers) == UNKNOWN).float().mean(0)
    for word, share in zip(reader.words, dropped.tolist(), strict=True):
        assert share == pytest.approx(0.5 if word in rare else 0.0, abs=0.12)


def test_a_word_without_a_number_is_the_unknown_word() -> None:
    system = built("bilstm-crf")
    torch.testing.assert_close(
        emissions(system, [record("Zed", "in")]), emissions(system, [record("Yan", "in")])
    )


@pytest.mark.parametrize("name", FAMILY)
def test_a_saved_system_predicts_the_same(name: str, tmp_path: Path) -> None:
    system = built(name)
    asked = [*TRAIN, record("Zed", "in", "PARIS", "\u0628")]
    before = tag(system, asked)
    save_model(system, SYSTEMS[name], SMOKE, tmp_path)
    saved = SavedModel(tmp_path)
    assert saved.system is SYSTEMS[name] and saved.image_encoder() is None
    assert tag(saved.load(None), asked) == before


VECTORS = "in 1 0 0 0\nparis 0 1 0 0\nRome 0 0 1 0\nnear 0 0 0 1\nADA 5 5 5 5\nelsewhere 9 9 9 9\n"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "vectors.txt"
    path.write_text(VECTORS, encoding="utf-8")
    return str(path)


def test_the_vocabulary_gets_words_that_only_the_file_of_vectors_has(file: str) -> None:
    preset = replace(SMOKE, embeddings=file)
    other = ("Rome", "Near", "Zed", "PARIS", "ADA", "in")
    torch.manual_seed(1)
    inputs = BuildInputs(train=TRAIN, preset=preset, seed=1, words=other)
    system = SYSTEMS["bilstm-crf"].build(inputs)
    model, reader = system.model, system.reader
    assert isinstance(model, WordTagger) and isinstance(reader, WordReader)
    assert model.config.vectors == "vectors.txt, 2 of 9 words of train"
    assert set(reader.words) - {word for one in TRAIN for word in one.text} == {
        *("ADA", "Rome", "near", "paris"),
    }
    row = {word: model.words.weight[number].tolist() for word, number in reader.words.items()}
    assert row["Paris"] == row["paris"] == [0, 1, 0, 0]
    assert (row["in"], row["Rome"], row["near"]) == ([1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1])
    rare = {word for word, number in reader.words.items() if model.rare[number]}
    assert "Paris" not in rare and "Rome" not in rare and "Ada" in rare


def test_words_of_other_texts_do_not_change_the_scores_of_a_text(file: str) -> None:
    preset = replace(SMOKE, embeddings=file)
    asked = [record("Ada", "Near", "PARIS", "wins")]
    words = {word for one in asked for word in one.text}

    def found(others: set[str]) -> Tensor:
        torch.manual_seed(1)
        inputs = BuildInputs(train=TRAIN, preset=preset, seed=1, words=words | others)
        return emissions(SYSTEMS["hbilstm-crf"].build(inputs), asked)

    assert torch.equal(found(set()), found({"Rome", "ADA", "elsewhere", "Elsewhere"}))


def test_a_system_is_saved_with_the_vectors_of_its_file(file: str, tmp_path: Path) -> None:
    preset = replace(SMOKE, embeddings=file)
    inputs = BuildInputs(train=TRAIN, preset=preset, seed=1, words={"Rome"})
    system = SYSTEMS["cnn-bilstm-crf"].build(inputs)
    before = tag(system, [record("Rome", "wins")])
    save_model(system, SYSTEMS["cnn-bilstm-crf"], preset, tmp_path / "model")
    Path(file).unlink()
    assert tag(SavedModel(tmp_path / "model").load(None), [record("Rome", "wins")]) == before


@pytest.mark.parametrize("name", FAMILY)
def test_presets_are_adapted_except_for_smoke(name: str) -> None:
    adapt = SYSTEMS[name].adapt
    quick = adapt(PRESETS["quick"])
    assert (quick.name, quick.text_encoder, quick.threads) == ("quick", "word vectors: random", 1)
    assert quick.epochs > PRESETS["quick"].epochs
    assert adapt(SMOKE).epochs == SMOKE.epochs
    named = adapt(replace(SMOKE, embeddings="deep/glove.txt"))
    assert named.text_encoder == "word vectors: glove.txt"
    assert SYSTEMS["bert-crf"].adapt(SMOKE) is SMOKE
