// The @anthropic-ai/sdk package as its users set it up: another base URL, a key, and nothing else.
"use strict";
const assert = require("node:assert/strict");
const Anthropic = require("@anthropic-ai/sdk");

const told = JSON.parse(process.env.ORRERY_CLIENTS);
const question = [{ role: "user", content: "How many layers does Gemma 3 27B have?" }];
const said = "Gemma 3 27B has 62 layers.";
const client = (server, more = {}) => new Anthropic({ baseURL: told[server], apiKey: told.key, ...more });
const promptTokens = (usage) => usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens;

async function messages() {
  const demo = client("demo");
  const asking = { model: "demo", max_tokens: 100, messages: question };
  const { data: whole, response } = await demo.messages.create(asking).withResponse();
  assert.equal(response.headers.get("orrery-ignored"), null);
  assert.equal(whole.content[0].text, said);
  assert.equal(whole.stop_reason, "end_turn");
  const counted = await demo.messages.countTokens({ model: "demo", messages: question });
  assert.equal(counted.input_tokens, promptTokens(whole.usage));
  let text = "";
  const stream = demo.messages.stream(asking).on("text", (piece) => (text += piece));
  const streamed = await stream.finalMessage();
  assert.equal(text, said);
  assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
  assert.equal(promptTokens(streamed.usage), promptTokens(whole.usage));
}

async function toolsAndThoughts() {
  const scripted = client("scripted");
  const asking = told.asking.messages;
  const whole = await scripted.messages.create(asking);
  for (const message of [whole, await scripted.messages.stream(asking).finalMessage()]) {
    assert.deepEqual(
      message.content.map((block) => block.type),
      ["thinking", "text", "tool_use", "tool_use"],
    );
    const [thought, text, ...calls] = message.content;
    assert.equal(thought.thinking, told.said.thought);
    assert.equal(text.text, told.said.text);
    assert.deepEqual(
      calls.map((call) => ({ name: call.name, arguments: call.input })),
      told.said.calls,
    );
    assert.equal(message.stop_reason, "tool_use");
  }
  const results = whole.content
    .filter((block) => block.type === "tool_use")
    .map((block) => ({ type: "tool_result", tool_use_id: block.id, content: [{ type: "text", text: "21 degrees" }] }));
  const more = [...asking.messages, { role: "assistant", content: whole.content }, { role: "user", content: results }];
  const counted = await scripted.messages.countTokens({ model: asking.model, tools: asking.tools, messages: more });
  const answer = await scripted.messages.create({ ...asking, messages: more });
  assert.equal(promptTokens(answer.usage), counted.input_tokens);
}

async function models() {
  const demo = client("demo");
  const names = [];
  for await (const model of demo.models.list()) names.push([model.id, model.type, model.display_name]);
  assert.deepEqual(names, [["demo", "model", "demo"]]);
  assert.ok(Date.parse((await demo.models.retrieve("demo")).created_at) > 0);
}

async function errors() {
  const demo = client("demo", { maxRetries: 0 });
  const create = (more) => demo.messages.create({ model: "demo", max_tokens: 5, messages: question, ...more });
  await assert.rejects(create({ model: "other" }), (error) => {
    assert.equal(error.error.error.type, "not_found_error");
    assert.equal(error.requestID, error.error.request_id);
    return error instanceof Anthropic.NotFoundError;
  });
  await assert.rejects(create({ stream: true, max_tokens: 0 }), Anthropic.BadRequestError);
  await assert.rejects(client("demo", { apiKey: "wrong" }).models.list(), Anthropic.AuthenticationError);
}

async function oneTooManyAndOneThatLeaves() {
  const endless = client("endless", { maxRetries: 0 });
  const asking = { model: "endless", max_tokens: 100_000, messages: question, stream: true };
  const first = await endless.messages.create(asking);
  for await (const event of first) {
    if (event.type === "content_block_delta") break;
  }
  const second = await client("endless", { maxRetries: 20 }).messages.create(asking);
  for await (const _ of second) {
    await assert.rejects(endless.messages.create(asking), (error) => {
      assert.ok(error instanceof Anthropic.RateLimitError);
      return Number(error.headers.get("retry-after")) >= 1;
    });
    break;
  }
  second.controller.abort();
}

(async () => {
  for (const check of [messages, toolsAndThoughts, models, errors, oneTooManyAndOneThatLeaves]) {
    await check();
    console.log("passed:", check.name);
  }
})();
