"""Decides how a model wants a conversation written, from its vocabulary and its chat template."""

from __future__ import annotations

from typing import Any

from tokenizers import Tokenizer

from runtime.packs.gguf import Gguf


def chat_format(gguf: Gguf, tokenizer: Tokenizer) -> dict[str, Any]:
    """What `runtime/model/prompt.py` reads: for each role the pieces `before` and `after` its text (a piece that is a
    special token stands for that token), the pieces at the `start`, and the tokens that `stop` a reply."""
    template = str(gguf.metadata.get("tokenizer.chat_template", ""))
    tokens: list[str] = gguf.metadata["tokenizer.ggml.tokens"]
    known = set(tokens)

    def has(*wanted: str) -> bool:
        return all(each in known for each in wanted)

    def named(key: str) -> list[str]:
        number = gguf.metadata.get(f"tokenizer.ggml.{key}_token_id")
        return [tokens[number]] if isinstance(number, int) and number < len(tokens) else []

    start = named("bos") if gguf.metadata.get("tokenizer.ggml.add_bos_token", tokenizer.decoder is None) else []
    stop = named("eos") + named("eot")
    end = named("eos")[:1]

    def roles(before: str, name: str, then: list[str], after: list[str]) -> dict[str, Any]:
        return {
            role: {"before": [part for part in (before, name.format(role=role)) if part] + then, "after": after}
            for role in ("system", "user", "assistant")
        }

    if has("<|im_start|>", "<|im_end|>"):
        each = roles("<|im_start|>", "{role}\n", [], ["<|im_end|>", "\n"])
        stop.append("<|im_end|>")
    elif has("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"):
        each = roles("<|start_header_id|>", "{role}", ["<|end_header_id|>", "\n\n"], ["<|eot_id|>"])
        stop.append("<|eot_id|>")
        start = start or named("bos")
    elif "[INST]" in template:
        # The system prompt goes into the first question; a question of its own comes closest without a special case.
        each = {
            "system": {"before": ["[INST] <<SYS>>\n"], "after": ["\n<</SYS>> [/INST] ", *end]},
            "user": {"before": ["[INST] "], "after": [" [/INST]"]},
            "assistant": {"before": [" "], "after": end},
        }
        start = start or named("bos")
    elif "<|user|>" in template:
        each = roles("<|", "{role}|>\n", [], [*end, "\n"])
        each = {role: {"before": ["".join(parts["before"])], "after": parts["after"]} for role, parts in each.items()}
        start = start or named("bos")
    else:
        each = roles("", "{role}: ", [], ["\n"])
    for token in ("<|endoftext|>", "</s>", "<|end_of_text|>"):
        if has(token):
            stop.append(token)
    return {"start": start, **each, "stop": list(dict.fromkeys(stop)), "stop_text": [] if end else ["\nuser:"]}
