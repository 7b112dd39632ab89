"""The openai package as its users set it up: another base URL, a key, and nothing else."""

import json
import time
from typing import Literal

import openai
import pydantic

from shared import QUESTION, SAID, TOLD, raised, same


def client(server, **more):
    return openai.OpenAI(base_url=TOLD[server] + "/v1", api_key=more.pop("key", TOLD["key"]), **more)


def chat():
    demo = client("demo")
    whole = demo.chat.completions.create(model="demo", messages=QUESTION, temperature=0, logprobs=True, top_logprobs=2)
    choice = whole.choices[0]
    same((choice.message.content, choice.finish_reason, whole.model), (SAID, "stop", "demo"))
    logprobs = choice.logprobs.content
    # The token that ends an answer is counted, and has no text.
    same("".join(one.token for one in logprobs if one.bytes), SAID)
    assert all(one.logprob <= 0 and len(one.top_logprobs) == 2 for one in logprobs)
    usage = whole.usage
    same(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
    counted = demo.responses.input_tokens.count(model="demo", input=QUESTION).input_tokens
    same(usage.prompt_tokens, counted)
    same(usage.prompt_tokens_details.cached_tokens <= counted, True)

    pieces, last = [], None
    for chunk in demo.chat.completions.create(
        model="demo", messages=QUESTION, temperature=0, stream=True, stream_options={"include_usage": True}
    ):
        last = chunk
        pieces += [choice.delta.content or "" for choice in chunk.choices]
    same("".join(pieces), SAID)
    same(last.usage.completion_tokens, usage.completion_tokens)

    with demo.chat.completions.stream(model="demo", messages=QUESTION, temperature=0) as stream:
        same(stream.get_final_completion().choices[0].message.content, SAID)


def completions():
    demo = client("demo")
    whole = demo.completions.create(model="demo", prompt="It was a", temperature=0, max_tokens=5, logprobs=2)
    same(len(whole.choices[0].logprobs.tokens), 5)
    stream = demo.completions.create(model="demo", prompt="It was a", temperature=0, max_tokens=5, stream=True)
    same("".join(chunk.choices[0].text for chunk in stream), whole.choices[0].text)


def tools_and_thoughts():
    scripted, asking, said = client("scripted"), TOLD["asking"]["chat"], TOLD["said"]
    calls = [[call["name"], call["arguments"]] for call in said["calls"]]
    whole = scripted.chat.completions.create(**asking)
    message = whole.choices[0].message
    same((message.content, message.reasoning_content), (said["text"], said["thought"]))
    same([[call.function.name, json.loads(call.function.arguments)] for call in message.tool_calls], calls)
    same(whole.choices[0].finish_reason, "tool_calls")
    assert whole.usage.completion_tokens_details.reasoning_tokens > 0
    same(whole.usage.prompt_tokens, said["promptTokens"])

    with scripted.chat.completions.stream(**asking) as stream:
        final = stream.get_final_completion().choices[0].message
    same([[call.function.name, json.loads(call.function.arguments)] for call in final.tool_calls], calls)
    same((final.content, final.reasoning_content), (said["text"], said["thought"]))

    again = asking | {
        "messages": asking["messages"]
        + [message.model_dump(exclude_none=True)]
        + [{"role": "tool", "tool_call_id": call.id, "content": "21 degrees"} for call in message.tool_calls]
    }
    assert scripted.chat.completions.create(**again, max_tokens=1).usage.prompt_tokens > said["promptTokens"]


def responses():
    demo = client("demo")
    whole = demo.responses.create(model="demo", input=QUESTION, temperature=0)
    same((whole.output_text, whole.status), (SAID, "completed"))
    with demo.responses.stream(model="demo", input=QUESTION, temperature=0) as stream:
        pieces = [event.delta for event in stream if event.type == "response.output_text.delta"]
        same("".join(pieces), SAID)
        same(stream.get_final_response().usage.output_tokens, whole.usage.output_tokens)

    scripted, asking, said = client("scripted"), TOLD["asking"]["responses"], TOLD["said"]
    answer = scripted.responses.create(**asking)
    thoughts = [item.content[0].text for item in answer.output if item.type == "reasoning"]
    calls = [[item.name, json.loads(item.arguments)] for item in answer.output if item.type == "function_call"]
    same((thoughts, answer.output_text), ([said["thought"]], said["text"]))
    same(calls, [[call["name"], call["arguments"]] for call in said["calls"]])
    same(answer.usage.input_tokens, said["promptTokens"])
    counted = {key: value for key, value in asking.items() if key in ("model", "input", "tools")}
    same(scripted.responses.input_tokens.count(**counted).input_tokens, said["promptTokens"])
    with scripted.responses.stream(**asking) as stream:
        final = stream.get_final_response()
    same([item.type for item in final.output], [item.type for item in answer.output])

    back = [{"role": "user", "content": asking["input"]}] + answer.output
    back += [
        {"type": "function_call_output", "call_id": item.call_id, "output": "21 degrees"}
        for item in answer.output
        if item.type == "function_call"
    ]
    assert scripted.responses.create(**(asking | {"input": back})).usage.input_tokens > said["promptTokens"]
    cut = scripted.responses.create(**asking, max_output_tokens=3)
    same((cut.status, cut.incomplete_details.reason), ("incomplete", "max_output_tokens"))


class Paint(pydantic.BaseModel):
    """A form that a model follows only because it has to."""

    color: Literal["red", "dark blue"]
    coats: int = pydantic.Field(ge=1, le=9)


def structured():
    demo = client("demo")
    parsed = demo.chat.completions.parse(model="demo", messages=QUESTION, response_format=Paint, max_tokens=900)
    assert isinstance(parsed.choices[0].message.parsed, Paint)
    assert isinstance(demo.responses.parse(model="demo", input=QUESTION, text_format=Paint).output_parsed, Paint)
    called = demo.chat.completions.parse(
        model="demo",
        messages=QUESTION,
        tools=[openai.pydantic_function_tool(Paint, name="paint")],
        tool_choice="required",
        parallel_tool_calls=False,
    )
    (call,) = called.choices[0].message.tool_calls
    assert isinstance(call.function.parsed_arguments, Paint)
    chosen = demo.chat.completions.create(
        model="demo", messages=QUESTION, extra_body={"structured_outputs": {"choice": ["yes", "no"]}}
    )
    assert chosen.choices[0].message.content in ("yes", "no")
    schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "text"}}}
    refused = raised(
        openai.BadRequestError,
        lambda: demo.chat.completions.create(model="demo", messages=QUESTION, response_format=schema),
    )
    assert "/type" in refused.message, refused.message


def embeddings():
    demo = client("demo")
    # The package asks for base64 by itself where no format is named.
    packed = demo.embeddings.create(model="demo", input=["It was a fine day.", "RoPE"])
    floats = demo.embeddings.create(model="demo", input=["It was a fine day.", "RoPE"], encoding_format="float")
    for one, other in zip(packed.data, floats.data, strict=True):
        assert len(one.embedding) == 256
        assert max(abs(a - b) for a, b in zip(one.embedding, other.embedding, strict=True)) < 1e-6
    assert packed.usage.prompt_tokens == floats.usage.prompt_tokens > 0


def models():
    demo = client("demo")
    same([model.id for model in demo.models.list()], ["demo"])
    same(demo.models.retrieve("gpt-4o").id, "demo")
    raised(openai.NotFoundError, lambda: demo.models.retrieve("other"))


def errors():
    demo = client("demo", max_retries=0)
    create = demo.chat.completions.create
    missing = raised(openai.NotFoundError, lambda: create(model="other", messages=QUESTION))
    same((missing.code, missing.param), ("model_not_found", "model"))
    long = [{"role": "user", "content": "word " * 5000}]
    refused = raised(openai.BadRequestError, lambda: create(model="demo", messages=long))
    same((refused.code, refused.param), ("context_length_exceeded", "messages"))
    raised(openai.BadRequestError, lambda: create(model="demo", messages=QUESTION, temperature=-1))
    raised(openai.BadRequestError, lambda: create(model="demo", messages=QUESTION, stream=True, temperature=-1))
    raised(openai.AuthenticationError, lambda: client("demo", key="wrong").models.list())


def one_too_many_and_one_that_leaves():
    endless = client("endless", max_retries=0)
    asking = {"model": "endless", "messages": QUESTION, "stream": True}
    first = endless.chat.completions.create(**asking)
    next(iter(first))
    busy = raised(openai.RateLimitError, lambda: endless.chat.completions.create(**asking))
    assert 1 <= int(busy.response.headers["retry-after"]) <= 60
    same(busy.code, "rate_limit_exceeded")
    first.close()
    # The place is free again, which a client that tries again by itself finds out.
    for attempt in range(100):
        try:
            with client("endless", max_retries=0).responses.create(model="endless", input="x", stream=True) as stream:
                next(iter(stream))
            return
        except openai.RateLimitError:
            time.sleep(0.2)
    raise AssertionError("a stream that was left keeps its place")


for check in (
    chat,
    completions,
    tools_and_thoughts,
    responses,
    structured,
    embeddings,
    models,
    errors,
    one_too_many_and_one_that_leaves,
):
    check()
    print("passed:", check.__name__.replace("_", " "))
