"""A block of completions with a Python client: openai's AsyncOpenAI, or aiohttp with json.

Asks for the same as bench/client-block.ts and reads the same out of the answers: token ids, a log-probability each, the
text. Prints one JSON document: the seconds that the completions took once the connections were warm, and a sum of what
came.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import aiohttp
from openai import AsyncOpenAI

PROMPT = list(range(100, 196))
OPTIONS: dict[str, Any] = {
    "model": "m",
    "prompt": [PROMPT],
    "n": 1,
    "temperature": 1,
    "top_p": 1,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logprobs": 0,
}
FURTHER: dict[str, Any] = {
    "top_k": -1,
    "min_p": 0,
    "repetition_penalty": 1,
    "return_token_ids": True,
    "return_tokens_as_token_ids": True,
    "cache_salt": "f5b0a6ce-0",
}

Completion = tuple[list[int], list[float], str]
Sampler = Callable[[int], Awaitable[Completion]]


def openai_sampler(url: str, stream: bool) -> tuple[Sampler, Callable[[], Awaitable[None]]]:
    """Samples with AsyncOpenAI as it comes, but for retries."""
    client = AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)

    async def whole(seed: int) -> Completion:
        answer = await client.completions.create(**OPTIONS, seed=seed, max_tokens=512, extra_body=FURTHER)
        choice = answer.choices[0]
        assert choice.logprobs is not None and choice.logprobs.token_logprobs is not None
        return choice.token_ids, list(choice.logprobs.token_logprobs), choice.text  # type: ignore[attr-defined]

    async def streamed(seed: int) -> Completion:
        ids: list[int] = []
        logprobs: list[float] = []
        text = ""
        chunks = await client.completions.create(
            **OPTIONS, seed=seed, max_tokens=2048, extra_body=FURTHER, stream=True
        )
        async for chunk in chunks:
            for choice in chunk.choices:
                assert choice.logprobs is not None and choice.logprobs.token_logprobs is not None
                ids += choice.token_ids  # type: ignore[attr-defined]
                logprobs += choice.logprobs.token_logprobs
                text += choice.text
        return ids, logprobs, text

    return (streamed if stream else whole), client.close


def aiohttp_sampler(url: str, stream: bool) -> tuple[Sampler, Callable[[], Awaitable[None]]]:
    """Samples with aiohttp and json, the least that a client can do in Python without further packages."""
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    def add(choices: list[dict[str, Any]], ids: list[int], logprobs: list[float]) -> str:
        text = ""
        for choice in choices:
            ids += choice["token_ids"]
            logprobs += choice["logprobs"]["token_logprobs"]
            text += choice["text"]
        return text

    async def sample(seed: int) -> Completion:
        ids: list[int] = []
        logprobs: list[float] = []
        text = ""
        body = {**OPTIONS, **FURTHER, "seed": seed, "max_tokens": 2048 if stream else 512}
        if stream:
            body["stream"] = True
        data = json.dumps(body, separators=(",", ":"))
        headers = {"content-type": "application/json"}
        async with session.post(f"{url}/v1/completions", data=data, headers=headers) as answer:
            if not stream:
                text = add(json.loads(await answer.read())["choices"], ids, logprobs)
            else:
                async for line in answer.content:
                    if line.startswith(b"data: ") and not line.startswith(b"data: [DONE]"):
                        text += add(json.loads(line[6:])["choices"], ids, logprobs)
        return ids, logprobs, text

    return sample, session.close


async def run(sampler: Sampler, requests: int, in_flight: int) -> tuple[int, float]:
    """Samples so many completions, some at a time; gives their tokens and the sum of their log-probabilities."""
    tokens = 0
    total = 0.0
    seeds = iter(range(requests))

    async def work() -> None:
        nonlocal tokens, total
        for seed in seeds:
            ids, logprobs, _ = await sampler(seed)
            tokens += len(ids)
            total += sum(logprobs)

    await asyncio.gather(*(work() for _ in range(in_flight)))
    return tokens, total


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", choices=["openai", "aiohttp"], required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--in-flight", type=int, required=True)
    parser.add_argument("--stream", action="store_true")
    options = parser.parse_args()
    make = openai_sampler if options.side == "openai" else aiohttp_sampler
    sampler, close = make(options.url, options.stream)
    await run(sampler, options.in_flight * 4, options.in_flight)
    start = perf_counter()
    tokens, logprobs = await run(sampler, options.requests, options.in_flight)
    seconds = perf_counter() - start
    await close()
    print(json.dumps({"seconds": seconds, "tokens": tokens, "logprobs": logprobs, "rss": []}))


if __name__ == "__main__":
    asyncio.run(main())
