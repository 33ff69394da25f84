"""A real llama.cpp server with a model made on the spot, so small that it knows nothing but plain clauses.

The model has one layer whose attention and feed-forward weights are zero: what comes next depends on the
token before and on nothing else, a chain of classes from an opening quote over five words to a closing one.
So every text that it writes is a short clause. Of JSON, of schemas and of the question it knows nothing: what
of an answer has a form has it from the server, which lets only such tokens through as the schema allows.

llama.cpp takes the schema of `response_format` from a request to `/v1/chat/completions`. Its `/v1/messages`
passes neither `output_config` nor any other schema on; there the schema has to be the server's own, given at
its start as `--json-schema` would.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

CLAUSE = (
    ("we", "you"),
    (" can", " will", " may"),
    (" plan", " talk about", " look at", " agree on"),
    (" the work", " each step", " the details", " your questions"),
    (" with you", " for you", " with care", " at home"),
)
"""The words of a clause: one of each, in this order."""

SECTIONS = (
    ("hero", "services", "call_to_action"),
    ("about",),
    ("services",),
    ("faq",),
    ("prices",),
    ("testimonials",),
    ("gallery",),
    ("contact",),
)
"""What a page is planned with: the first of these that the schema of the page allows."""

CONTEXT_TOKENS = 32_768
_WIDTH = 32
_QUOTE, _OTHER = len(CLAUSE), len(CLAUSE) + 1


class _Token(NamedTuple):
    text: str
    type: int
    follows_as: int
    """The class that decides what comes after it."""
    liked_after: dict[int, float]
    """How much more likely it is than others after a token of these classes (logits)."""


def _vocabulary() -> Iterator[_Token]:
    from gguf import TokenType

    yield _Token("<unk>", TokenType.UNKNOWN, _OTHER, {})
    yield _Token("<s>", TokenType.CONTROL, _OTHER, {})
    yield _Token("</s>", TokenType.CONTROL, _OTHER, {_OTHER: 2.0})
    for byte in range(256):
        match chr(byte):
            case '"':
                liked = {_QUOTE - 1: 40.0, _OTHER: 4.0}
            case "]" | "}":
                liked = {_OTHER: 8.0, _QUOTE: 8.0}
            case "{" | "[" | ":" | ",":
                liked = {_OTHER: 1.0, _QUOTE: 1.0}
            case _:
                liked = {}
        yield _Token(f"<0x{byte:02X}>", TokenType.BYTE, _QUOTE if chr(byte) == '"' else _OTHER, liked)
    for place, words in enumerate(CLAUSE):
        before = place - 1 if place else _QUOTE
        for word in words:
            yield _Token(word.replace(" ", "\u2581"), TokenType.NORMAL, place, {before: 30.0})
    for rank, sections in enumerate(SECTIONS):
        text = f'"sections":{json.dumps(sections, separators=(",", ":"))}'
        yield _Token(text, TokenType.NORMAL, _OTHER, dict.fromkeys((_OTHER, _QUOTE), 25.0 - 2 * rank))


def write_model(path: Path) -> None:
    """Write the model to `path` as a GGUF file of about 100 kB."""
    import gguf
    import numpy as np

    vocabulary = list(_vocabulary())
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT_TOKENS)
    writer.add_embedding_length(_WIDTH)
    writer.add_feed_forward_length(_WIDTH)
    writer.add_block_count(1)
    writer.add_head_count(1)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(len(vocabulary))
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.text for token in vocabulary])
    writer.add_token_scores([0.0] * len(vocabulary))
    writer.add_token_types([token.type for token in vocabulary])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template("{% for message in messages %}{{ message['content'] }}\n{% endfor %}")

    heard = np.zeros((len(vocabulary), _WIDTH), np.float32)
    said = np.full((len(vocabulary), _WIDTH), -5.0, np.float32)
    for number, token in enumerate(vocabulary):
        heard[number, token.follows_as] = 1.0
        for before, logit in token.liked_after.items():
            said[number, before] = logit
    nothing = np.zeros((_WIDTH, _WIDTH), np.float32)
    unchanged = np.full(_WIDTH, _WIDTH**-0.5, np.float32)  # undoes the norm of a vector with a single 1
    tensors = {"token_embd": heard, "output_norm": unchanged, "output": said}
    tensors |= {f"blk.0.{norm}": unchanged for norm in ("attn_norm", "ffn_norm")}
    layer = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    tensors |= {f"blk.0.{weights}": nothing for weights in layer}
    for name, values in tensors.items():
        writer.add_tensor(f"{name}.weight", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@contextmanager
def llama_server(
    model: Path, schema: dict[str, Any] | None = None, *, context: int = CONTEXT_TOKENS
) -> Iterator[str]:
    """Serve `model` on the loopback until the block ends; yields the base_url of both dialects.

    With a `schema`, every answer of this server is of it, whatever the request says. `context` is how many
    tokens question and answer may have together.
    """
    command = [sys.executable, "-m", "tests.support.llama_server", str(model), str(context)]
    log = model.with_suffix(".log")
    with (
        log.open("a") as errors,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(schema) + "\n")
        process.stdin.flush()
        try:
            address = process.stdout.readline().strip()
            assert address, log.read_text()[-2000:]
            yield f"{address}/v1"
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _serve(model: str, context: int, schema: dict[str, Any] | None) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.port = 0
    params.n_ctx = context
    params.n_parallel = 1
    # Threads wait for each other by spinning, which on a busy machine takes ten times as long as one alone.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.warmup = False
    if schema is not None:
        rules = xllamacpp.json_schema_to_grammar(schema)
        kind = xllamacpp.common_grammar_type.COMMON_GRAMMAR_TYPE_USER
        params.sampling.grammar = xllamacpp.CommonGrammar(kind, rules)
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), json.loads(sys.stdin.readline()))
