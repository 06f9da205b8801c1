"""`transformers serve`, an OpenAI-compatible server that is not ours, with a tiny model made on the spot.

The model has random weights, but nothing is added to the token that it read last, and its head maps the end
of every prompt to `SAYS` and that to the end. So its answer is short and known.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from support.label_studio import free_port

SAYS: Final = '{"entities": [{"text": "Ada", "type": "PER"}]}'
END, START = "<end>", "<start>"
WIDTH: Final = 32
SECONDS_TO_START: Final = 240
TEMPLATE: Final = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    + f"{{% if add_generation_prompt %}}{START}{{% endif %}}"
)


@dataclass(frozen=True)
class Served:
    """A running server.

    Attributes:
        url: its address, for MNERCTL_CHAT_URL.
        model: name of its only model.
    """

    url: str
    model: str


def write_tiny_model(folder: Path) -> None:
    """Write the model and its tokenizer, one token per byte and three more."""
    vocabulary = sorted(pre_tokenizers.ByteLevel.alphabet())
    bytes_only = {token: number for number, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.BPE(vocab=bytes_only, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([END, START])
    tokenizer.add_tokens([SAYS])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END, pad_token=END)
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    end, start, says = (fast.convert_tokens_to_ids(token) for token in (END, START, SAYS))
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(fast),
            hidden_size=WIDTH,
            intermediate_size=WIDTH,
            num_hidden_layers=1,
            num_attention_heads=2,
            max_position_embeddings=8192,
            initializer_range=1.0,
            eos_token_id=end,
            pad_token_id=end,
        )
    )
    with torch.no_grad():
        embedded, head = model.model.embed_tokens.weight, model.lm_head.weight
        model.model.layers[0].self_attn.o_proj.weight.zero_()
        model.model.layers[0].mlp.down_proj.weight.zero_()
        head.mul_(0.01)
        embedded[says], embedded[start] = torch.eye(WIDTH)[:2]
        head[end], head[says] = 9 * torch.eye(WIDTH)[:2]
    model.save_pretrained(folder)


@contextmanager
def running_transformers(folder: Path) -> Iterator[Served]:
    """Run the server on loopback, offline, until the block ends."""
    write_tiny_model(folder / "tiny")
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "transformers.cli.transformers", "serve", "./tiny"),
                *("--host", "127.0.0.1", "--port", str(port), "--device", "cpu"),
            ],
            cwd=folder,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process, folder / "log")
        yield Served(f"http://127.0.0.1:{port}/v1", "./tiny")
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    said = log.read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"transformers serve did not start: {said[-2000:]}")
