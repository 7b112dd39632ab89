// The openai package as its users set it up: another base URL, a key, and nothing else.
"use strict";
const assert = require("node:assert/strict");
const OpenAI = require("openai");

const told = JSON.parse(process.env.ORRERY_CLIENTS);
const question = [{ role: "user", content: "How many layers does Gemma 3 27B have?" }];
const said = "Gemma 3 27B has 62 layers.";
const client = (server, more = {}) => new OpenAI({ baseURL: told[server] + "/v1", apiKey: told.key, ...more });
const calls = told.said.calls.map((call) => [call.name, call.arguments]);
const called = (list) => list.map((call) => [call.function.name, JSON.parse(call.function.arguments)]);

async function chat() {
  const demo = client("demo");
  const asking = { model: "demo", messages: question, temperature: 0 };
  const whole = await demo.chat.completions.create({ ...asking, logprobs: true, top_logprobs: 1 });
  assert.equal(whole.choices[0].message.content, said);
  assert.equal(whole.choices[0].finish_reason, "stop");
  assert.ok(whole.choices[0].logprobs.content.every((one) => one.logprob <= 0 && one.top_logprobs.length === 1));
  const { response } = await demo.chat.completions.create(asking).withResponse();
  assert.equal(response.headers.get("orrery-ignored"), null);

  let text = "";
  let usage;
  const stream = await demo.chat.completions.create({
    ...asking,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? "";
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, said);
  assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
  assert.equal(await demo.chat.completions.stream(asking).finalContent(), said);
}

async function toolsAndThoughts() {
  const scripted = client("scripted");
  const whole = await scripted.chat.completions.create(told.asking.chat);
  const streamed = await scripted.chat.completions.stream(told.asking.chat).finalChatCompletion();
  for (const { message, finish_reason } of [whole.choices[0], streamed.choices[0]]) {
    assert.deepEqual(called(message.tool_calls), calls);
    assert.equal(message.content, told.said.text);
    assert.equal(finish_reason, "tool_calls");
  }
  assert.equal(whole.choices[0].message.reasoning_content, told.said.thought);
  assert.equal(whole.usage.prompt_tokens, told.said.promptTokens);

  const looked = [];
  const runner = scripted.chat.completions.runTools(
    {
      model: "scripted",
      messages: told.asking.chat.messages,
      tools: told.asking.chat.tools.map((tool) => ({
        type: "function",
        function: {
          ...tool.function,
          parse: JSON.parse,
          function: (given) => {
            looked.push([tool.function.name, given]);
            return "21 degrees";
          },
        },
      })),
    },
    { maxChatCompletions: 2 },
  );
  await runner.done();
  assert.deepEqual(looked, calls);
}

async function responses() {
  const demo = client("demo");
  const asking = { model: "demo", input: question, temperature: 0 };
  const whole = await demo.responses.create(asking);
  assert.equal(whole.output_text, said);
  let text = "";
  for await (const event of await demo.responses.create({ ...asking, stream: true })) {
    text += event.type === "response.output_text.delta" ? event.delta : "";
  }
  assert.equal(text, said);

  const scripted = client("scripted");
  const answer = await scripted.responses.create(told.asking.responses);
  const streamed = await scripted.responses.stream(told.asking.responses).finalResponse();
  for (const one of [answer, streamed]) {
    assert.deepEqual(
      one.output.map((item) => item.type),
      ["reasoning", "message", "function_call", "function_call"],
    );
    assert.equal(one.output_text, told.said.text);
    const items = one.output.filter((item) => item.type === "function_call");
    assert.deepEqual(items.map((item) => [item.name, JSON.parse(item.arguments)]), calls);
    assert.equal(one.usage.input_tokens, told.said.promptTokens);
  }
}

async function embeddings() {
  const demo = client("demo");
  const packed = await demo.embeddings.create({ model: "demo", input: "It was a fine day." });
  const floats = await demo.embeddings.create({
    model: "demo",
    input: "It was a fine day.",
    encoding_format: "float",
  });
  assert.equal(packed.data[0].embedding.length, 256);
  packed.data[0].embedding.forEach((value, i) => assert.ok(Math.abs(value - floats.data[0].embedding[i]) < 1e-6));
}

async function models() {
  const demo = client("demo");
  const names = [];
  for await (const model of demo.models.list()) names.push(model.id);
  assert.deepEqual(names, ["demo"]);
  assert.equal((await demo.models.retrieve("demo")).id, "demo");
}

async function errors() {
  const demo = client("demo", { maxRetries: 0 });
  const create = (more) => demo.chat.completions.create({ model: "demo", messages: question, ...more });
  await assert.rejects(create({ model: "other" }), (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError);
    assert.equal(error.code, "model_not_found");
    return error.requestID?.startsWith("req_");
  });
  await assert.rejects(
    create({ stream: true, messages: [{ role: "user", content: "word ".repeat(5000) }] }),
    (error) => error instanceof OpenAI.BadRequestError && error.code === "context_length_exceeded",
  );
  await assert.rejects(client("demo", { apiKey: "wrong" }).models.list(), OpenAI.AuthenticationError);
}

async function oneTooManyAndOneThatLeaves() {
  const endless = client("endless", { maxRetries: 0 });
  const asking = { model: "endless", messages: question, stream: true };
  const first = await endless.chat.completions.create(asking);
  for await (const _ of first) {
    await assert.rejects(endless.chat.completions.create(asking), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      return Number(error.headers.get("retry-after")) >= 1;
    });
    break;
  }
  first.controller.abort();
  const again = await client("endless", { maxRetries: 20 }).chat.completions.create(asking);
  again.controller.abort();
}

(async () => {
  for (const check of [chat, toolsAndThoughts, responses, embeddings, models, errors, oneTooManyAndOneThatLeaves]) {
    await check();
    console.log("passed:", check.name);
  }
})();
