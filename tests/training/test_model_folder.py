"""A folder of somebody else's model: no code runs, no pickle is read, and each fault is one clear error."""

from __future__ import annotations

import ast
import json
import os
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.inputs import model_folder  # noqa: E402
from mnerctl.model.inputs.picture_features import Vectors  # noqa: E402
from mnerctl.model.inputs.pretrained import load_image_encoder, load_text_encoder  # noqa: E402
from mnerctl.model.systems import SYSTEMS  # noqa: E402
from mnerctl.model.systems.preset import PRESETS  # noqa: E402
from mnerctl.model.systems.saved_model import SavedModel, save_model  # noqa: E402
from mnerctl.model.systems.system import BuildInputs  # noqa: E402
from mnerctl.schema import DataError, Record  # noqa: E402
from support.checkout import ROOT  # noqa: E402
from support.paper_encoders import write_encoders  # noqa: E402

Change = Callable[[Path], object]
KINDS = {"text": ("bert", load_text_encoder), "image": ("vit", load_image_encoder)}
MARKER = "code of the folder ran"


class Attack:
    """A pickle that makes a file when it is read."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.marker),)


@pytest.fixture(autouse=True)
def nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Fail if a question is asked, or if code of the folder has run."""
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("a question was asked"))
    monkeypatch.setenv("MARKER", str(tmp_path / MARKER))
    yield
    assert not (tmp_path / MARKER).exists()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoders(tmp_path_factory.mktemp("sound") / "encoders", tiny=True)


@pytest.fixture
def encoders(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "encoders")


def settings(path: Path, **changed: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))


def only_pickle(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    content = pickle.dumps({"weights": Attack(folder.parent.parent / MARKER)})
    (folder / "pytorch_model.bin").write_bytes(content)


def own_code(folder: Path, file: str, key: str, name: str, **more: object) -> None:
    code = f"import os; os.mkdir(os.environ['MARKER'])\nclass {name}: pass\n"
    (folder / "own.py").write_text(code)
    settings(folder / file, auto_map={key: f"own.{name}"}, **more)


def mostly_missing_weights(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    kept = {name: value for name, value in weights.items() if "layer.1" not in name}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})


BOTH: dict[str, tuple[Change, str]] = {
    "a pickle": (only_pickle, "only pytorch_model.bin, a pickle, which can run code; wanted"),
    "own model": (
        lambda folder: own_code(folder, "config.json", "AutoModel", "Own"),
        "config.json has 'auto_map', which runs code",
    ),
    "own configuration": (
        lambda folder: own_code(folder, "config.json", "AutoConfig", "Own", model_type="own"),
        "config.json has 'auto_map', which runs code",
    ),
    "code of another repository": (
        lambda folder: settings(folder / "config.json", auto_map={"AutoModel": "a/b--own.Own"}),
        "config.json has 'auto_map', which runs code",
    ),
    "a kernel of the hub": (
        lambda folder: settings(folder / "config.json", attn_implementation="eve/kernel"),
        "config.json has 'attn_implementation', which runs code",
    ),
    "a kernel deep inside": (
        lambda folder: settings(
            folder / "config.json",
            text_config={"x": [{"_attn_implementation": {"": "eve/kernel"}}]},
        ),
        "config.json has '_attn_implementation', which runs code",
    ),
    "no weights": (
        lambda folder: (folder / "model.safetensors").unlink(),
        "weights: none; wanted model.safetensors",
    ),
    "no configuration": (lambda folder: (folder / "config.json").unlink(), "no config.json"),
    "an unknown type": (
        lambda folder: settings(folder / "config.json", model_type="own"),
        "own",
    ),
    "a list as configuration": (
        lambda folder: (folder / "config.json").write_text("[]"),
        "config.json: wanted a JSON object",
    ),
    "a configuration that is no JSON": (
        lambda folder: (folder / "config.json").write_bytes(b"\x80pickle"),
        "config.json: not JSON",
    ),
    "a deep configuration": (
        lambda folder: (folder / "config.json").write_text("[" * 10**6),
        "config.json: not JSON",
    ),
    "a huge configuration": (
        lambda folder: (folder / "config.json").write_text(f'{{"x": "{"y" * 9_000_000}"}}'),
        "config.json: 9,000,009 bytes; wanted at most 8,388,608",
    ),
    "settings of the wrong type": (
        lambda folder: settings(folder / "config.json", hidden_size="wide", num_attention_heads={}),
        "",
    ),
    "weights of another size": (
        lambda folder: settings(folder / "config.json", hidden_size=64),
        "",
    ),
    "weights of another model": (
        lambda folder: settings(folder / "config.json", num_hidden_layers=3),
        "its weights lack 16 of the model",
    ),
    "a part of the weights": (mostly_missing_weights, "its weights lack 16 of the model"),
    "weights that are a text": (
        lambda folder: (folder / "model.safetensors").write_text("no weights"),
        "",
    ),
    "weights in a folder": (
        lambda folder: (
            (folder / "model.safetensors").unlink(),
            (folder / "model.safetensors").mkdir(),
        ),
        "weights: none",
    ),
}
TEXT: dict[str, tuple[Change, str]] = {
    "own tokenizer": (
        lambda folder: own_code(folder, "tokenizer_config.json", "AutoTokenizer", "Own"),
        "tokenizer_config.json has 'auto_map', which runs code",
    ),
    "a damaged tokenizer": (
        lambda folder: (folder / "tokenizer.json").write_text('{"model": 3}'),
        "",
    ),
    "a tokenizer of no known class": (
        lambda folder: settings(folder / "tokenizer_config.json", tokenizer_class=["x"]),
        "",
    ),
}
IMAGE: dict[str, tuple[Change, str]] = {
    "own processor": (
        lambda folder: own_code(folder, "preprocessor_config.json", "AutoImageProcessor", "Own"),
        "preprocessor_config.json has 'auto_map', which runs code",
    ),
    "no processor": (lambda folder: (folder / "preprocessor_config.json").unlink(), ""),
    "a processor of no known class": (
        lambda folder: settings(folder / "preprocessor_config.json", image_processor_type="Own"),
        "",
    ),
}


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        pytest.param(kind, *case, id=f"{kind}: {name}")
        for kind, cases in (("text", BOTH | TEXT), ("image", BOTH | IMAGE))
        for name, case in cases.items()
    ],
)
def test_an_odd_folder_is_one_error(kind: str, change: Change, reason: str, encoders: Path) -> None:
    name, load = KINDS[kind]
    change(encoders / name)
    with pytest.raises(DataError) as caught:
        load(str(encoders / name))
    start = f"{kind} encoder '{encoders / name}' cannot be loaded: "
    assert caught.value.message.startswith(start)
    assert reason in caught.value.message
    assert "\n" not in caught.value.message
    assert len(caught.value.message) > len(start) + 3
    assert caught.value.hint == (
        f"give a local folder (--{kind}-encoder PATH), or use --{kind}-encoder offline"
    )


def test_a_pickle_beside_safetensors_is_not_read(encoders: Path) -> None:
    folder = encoders / "bert"
    weights = (folder / "model.safetensors").read_bytes()
    only_pickle(folder)
    (folder / "model.safetensors").write_bytes(weights)
    load_text_encoder(str(folder))


# a trained system that somebody else has sent


RECORDS = [Record(id="1", text=("Ada",), label=("O",), images=("a.jpg",))]


def trained(encoders: Path, name: str) -> tuple[Path, Vectors]:
    """Write an untrained system, as train-check would write it."""
    preset = replace(
        PRESETS["smoke"], text_encoder=f"{encoders}/bert", image_encoder=f"{encoders}/vit"
    )
    image = load_image_encoder(preset.image_encoder)
    pictures = Vectors(torch.randn(1, 32).half(), {"a.jpg": 0})
    system = SYSTEMS[name]
    inputs = BuildInputs(
        train=RECORDS, preset=preset, seed=1, image_encoder=image, pictures=pictures
    )
    folder = encoders / "model"
    save_model(system.build(inputs), system, preset, folder, image=image)
    return folder, pictures


SYSTEM_CASES = ("a pickle", "own model", "no weights", "no configuration", "a part of the weights")


@pytest.mark.parametrize("name", ["tpm-mi", "tpm-mi-legacy"])
@pytest.mark.parametrize("case", SYSTEM_CASES)
def test_an_odd_system_is_one_error(case: str, name: str, encoders: Path) -> None:
    folder, pictures = trained(encoders, name)
    change, reason = BOTH[case]
    change(folder)
    with pytest.raises(DataError) as caught:
        SavedModel(folder).load(pictures)
    assert caught.value.message.startswith(f"{folder}: {name} cannot be loaded: ")
    assert reason.partition(" lack ")[0] in caught.value.message
    assert caught.value.hint == "give the report folder of mnerctl train-check"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda folder: settings(folder / "config.json", model_type="bert"),
            "config.json has a model of type 'bert'; wanted 'tpm_mi'",
        ),
        (
            lambda folder: settings(folder / "config.json", use_images=False),
            "its weights have",
        ),
        (
            lambda folder: settings(folder / "config.json", text={"model_type": "own"}),
            "own",
        ),
        (
            lambda folder: settings(folder / "config.json", text={"attn_implementation": "a/b"}),
            "'attn_implementation', which runs code",
        ),
        (lambda folder: (folder / "tokenizer_config.json").write_text("[]"), "JSON object"),
    ],
)
def test_a_system_of_another_kind_is_one_error(change: Change, reason: str, encoders: Path) -> None:
    folder, pictures = trained(encoders, "tpm-mi")
    change(folder)
    with pytest.raises(DataError) as caught:
        SavedModel(folder).load(pictures)
    assert reason in caught.value.message


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"max_subwords": "many"}, "preset: max_subwords is 'many'"),
        ({"image_size": [1]}, "preset: image_size is [1]"),
        ({"own": 1}, "own"),
    ],
)
def test_a_description_with_odd_settings(
    changed: dict[str, object], reason: str, encoders: Path
) -> None:
    folder, _ = trained(encoders, "tpm-mi")
    path = folder / "mnerctl.json"
    description = json.loads(path.read_text())
    description["preset"] |= changed
    path.write_text(json.dumps(description))
    with pytest.raises(DataError) as caught:
        SavedModel(folder)
    assert reason in caught.value.message
    path.write_text("[" * 10**6)
    with pytest.raises(DataError):
        SavedModel(folder)


# the only way to load


def test_only_one_module_loads_weights_and_always_safely() -> None:
    for path in sorted((ROOT / "model").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = {keyword.arg: ast.unparse(keyword.value) for keyword in _keywords(call)}
            match call:
                case ast.Attribute(attr="from_pretrained"):
                    assert path == Path(model_folder.__file__), path
                case ast.Import(names=imported):
                    assert not {one.name for one in imported} & {"pickle", "dill", "joblib"}, path
                case ast.Call() if "torch.load" in ast.unparse(call)[:40]:
                    assert names.get("weights_only") == "True", path
    source = Path(model_folder.__file__).read_text(encoding="utf-8")
    loads = source.count(".from_pretrained") + source.count(".from_config")
    assert source.count("trust_remote_code=False") == loads == 6
    assert source.count("use_safetensors=True") == 2


def _keywords(node: ast.AST) -> list[ast.keyword]:
    return node.keywords if isinstance(node, ast.Call) else []
