"""The anthropic package as its users set it up: another base URL, a key, and nothing else."""

import json
import time

import anthropic

from shared import QUESTION, SAID, TOLD, raised, same


def client(server, **more):
    return anthropic.Anthropic(base_url=TOLD[server], api_key=more.pop("key", TOLD["key"]), **more)


def prompt_tokens(usage):
    return usage.input_tokens + (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)


def messages():
    demo = client("demo")
    whole = demo.messages.create(model="demo", max_tokens=100, messages=QUESTION)
    same(([block.text for block in whole.content], whole.stop_reason), ([SAID], "end_turn"))
    same(demo.messages.count_tokens(model="demo", messages=QUESTION).input_tokens, prompt_tokens(whole.usage))
    with demo.messages.stream(model="demo", max_tokens=100, messages=QUESTION) as stream:
        same("".join(stream.text_stream), SAID)
        final = stream.get_final_message()
    same((final.stop_reason, final.usage.output_tokens), ("end_turn", whole.usage.output_tokens))
    same(prompt_tokens(final.usage), prompt_tokens(whole.usage))
    cut = demo.messages.create(model="demo", max_tokens=3, messages=QUESTION, system="Be brief.")
    same((cut.stop_reason, cut.usage.output_tokens), ("max_tokens", 3))
    stopped = demo.messages.create(
        model="demo", max_tokens=100, messages=QUESTION, stop_sequences=[" layers"]
    )
    same((stopped.stop_reason, stopped.stop_sequence), ("stop_sequence", " layers"))


def tools_and_thoughts():
    scripted, asking, said = client("scripted"), TOLD["asking"]["messages"], TOLD["said"]
    whole = scripted.messages.create(**asking)
    with scripted.messages.stream(**asking) as stream:
        streamed = stream.get_final_message()
    for message in (whole, streamed):
        same([block.type for block in message.content], ["thinking", "text", "tool_use", "tool_use"])
        thought, text, *calls = message.content
        same((thought.thinking, text.text), (said["thought"], said["text"]))
        same([[call.name, call.input] for call in calls], [[call["name"], call["arguments"]] for call in said["calls"]])
        same(message.stop_reason, "tool_use")
        same(prompt_tokens(message.usage), said["promptTokens"])
    counted = {key: value for key, value in asking.items() if key in ("model", "messages", "tools")}
    same(scripted.messages.count_tokens(**counted).input_tokens, said["promptTokens"])

    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": "21 degrees"}
        for block in whole.content
        if block.type == "tool_use"
    ]
    more = {
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        "messages": asking["messages"]
        + [{"role": "assistant", "content": whole.content}, {"role": "user", "content": results}],
    }
    counted = scripted.messages.count_tokens(**(counted | more)).input_tokens
    same(prompt_tokens(scripted.messages.create(**(asking | more)).usage), counted)


def structured():
    demo = client("demo")
    schema = {
        "type": "object",
        "properties": {"color": {"enum": ["red", "dark blue"]}, "coats": {"type": "integer", "minimum": 1, "maximum": 9}},
        "required": ["color", "coats"],
        "additionalProperties": False,
    }
    form = {"format": {"type": "json_schema", "schema": schema}}
    text = demo.messages.create(model="demo", max_tokens=900, messages=QUESTION, output_config=form).content[0].text
    same(sorted(json.loads(text)), ["coats", "color"])
    called = demo.messages.create(
        model="demo",
        max_tokens=900,
        messages=QUESTION,
        tools=[{"name": "paint", "input_schema": schema, "strict": True}],
        tool_choice={"type": "tool", "name": "paint", "disable_parallel_tool_use": True},
    )
    (call,) = [block for block in called.content if block.type == "tool_use"]
    same((call.name, sorted(call.input), called.stop_reason), ("paint", ["coats", "color"], "tool_use"))


def models():
    demo = client("demo")
    same([(model.id, model.type) for model in demo.models.list()], [("demo", "model")])
    one = demo.models.retrieve("demo")
    same((one.display_name, one.created_at.year >= 2024), ("demo", True))
    raised(anthropic.NotFoundError, lambda: demo.models.retrieve("other"))


def errors():
    demo = client("demo", max_retries=0)
    create = demo.messages.create
    missing = raised(anthropic.NotFoundError, lambda: create(model="other", max_tokens=5, messages=QUESTION))
    same((missing.body["error"]["type"], missing.request_id), ("not_found_error", missing.body["request_id"]))
    long = [{"role": "user", "content": "word " * 5000}]
    raised(anthropic.BadRequestError, lambda: create(model="demo", max_tokens=5, messages=long))
    raised(anthropic.BadRequestError, lambda: create(model="demo", max_tokens=0, messages=QUESTION))
    raised(anthropic.AuthenticationError, lambda: client("demo", key="wrong").models.list())


def one_too_many_and_one_that_leaves():
    endless = client("endless", max_retries=0)
    asking = {"model": "endless", "messages": QUESTION, "max_tokens": 100_000, "stream": True}
    first = endless.messages.create(**asking)
    events = iter(first)
    while next(events).type != "content_block_delta":
        pass
    busy = raised(anthropic.RateLimitError, lambda: endless.messages.create(**asking))
    assert 1 <= int(busy.response.headers["retry-after"]) <= 60
    first.close()
    # The place is free again, which a client that tries again by itself finds out.
    for attempt in range(100):
        try:
            with endless.messages.create(**asking) as stream:
                next(iter(stream))
            return
        except anthropic.RateLimitError:
            time.sleep(0.2)
    raise AssertionError("a stream that was left keeps its place")


for check in (messages, tools_and_thoughts, structured, models, errors, one_too_many_and_one_that_leaves):
    check()
    print("passed:", check.__name__.replace("_", " "))
