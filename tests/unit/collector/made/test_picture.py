"""Made pictures: small JPEGs, all different; their shapes show the type and their pixels do not."""

from __future__ import annotations

from io import BytesIO
from random import Random

import pytest
from PIL import Image

from mnerctl.collector.made.picture import LONG_SIDE, draw_picture
from mnerctl.schema import TYPES


@pytest.mark.parametrize("kind", TYPES)
def test_pictures_are_small_jpegs_and_all_different(kind: str) -> None:
    contents = [draw_picture(kind, Random(f"test/{seed}")) for seed in range(120)]
    assert len(set(contents)) == len(contents)
    shapes = set()
    for content in contents:
        with Image.open(BytesIO(content)) as image:
            image.load()
            assert image.format == "JPEG"
            assert LONG_SIDE * 0.7 < max(image.size) <= LONG_SIDE and min(image.size) > 100
            shapes.add(round(image.width / image.height, 1))
    assert len(shapes) >= 6


@pytest.mark.parametrize("kind", TYPES)
def test_the_same_random_state_draws_the_same_bytes(kind: str) -> None:
    assert draw_picture(kind, Random("same")) == draw_picture(kind, Random("same"))


@pytest.mark.slow
def test_an_encoder_finds_the_type_and_raw_pixels_do_not() -> None:
    """Linear probes trained on 1,600 pictures and tested on 400; chance is 25 %."""
    np = pytest.importorskip("numpy")
    torch = pytest.importorskip("torch", reason="needs mnerctl[train]")
    pytest.importorskip("efficientnet_lite_pytorch", reason="needs mnerctl[offline]")
    from mnerctl.model.inputs.pretrained import load_image_encoder

    labels = torch.arange(2000) % len(TYPES)
    pictures = []
    for index, label in enumerate(labels.tolist()):
        content = draw_picture(TYPES[label], Random(f"probe/{index}"))
        pictures.append(Image.open(BytesIO(content)).convert("RGB"))
    small = [picture.resize((12, 12), Image.Resampling.BOX) for picture in pictures]
    pixels = torch.from_numpy(np.stack([np.asarray(picture) for picture in small]))
    encoder = load_image_encoder("offline", size=98)
    features = torch.cat(
        [
            encoder.encode(torch.stack([encoder.pixels(picture) for picture in batch]))
            for batch in (pictures[at : at + 32] for at in range(0, len(pictures), 32))
        ]
    )

    def accuracy(inputs: torch.Tensor, decay: float) -> float:
        """Return the accuracy of multinomial logistic regression on standardised inputs."""
        train = inputs.flatten(1).float()[:1600]
        inputs = (inputs.flatten(1).float() - train.mean(0)) / (train.std(0) + 1e-6)
        weights = torch.zeros(inputs.shape[1], len(TYPES), requires_grad=True)
        optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

        def loss() -> torch.Tensor:
            optimizer.zero_grad()
            errors = torch.nn.functional.cross_entropy(inputs[:1600] @ weights, labels[:1600])
            value = errors + decay * weights.square().sum()
            value.backward()
            return value

        optimizer.step(loss)
        right = (inputs[1600:] @ weights).argmax(1) == labels[1600:]
        return float(right.float().mean())

    of_pixels = [accuracy(pixels, decay) for decay in (0.001, 0.01, 0.1, 1.0)]
    of_features = accuracy(features, 0.01)
    print(f"pixels at best {max(of_pixels):.3f}, encoder {of_features:.3f}")
    assert max(of_pixels) <= 0.38
    assert of_features >= 0.92
