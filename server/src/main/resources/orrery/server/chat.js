"use strict";

const $ = (id) => document.getElementById(id);
const conversation = [];
let running = null;
let models = [];

async function loadModels() {
  const answer = await fetch("/v1/models");
  if (!answer.ok) throw new Error((await answer.json()).error.message);
  models = (await answer.json()).data;
  for (const model of models) $("model").add(new Option(model.id));
  describe();
}

function describe() {
  const model = models.find((one) => one.id === $("model").value);
  $("about").textContent = model
    ? `${model.architecture}, ${model.max_model_len.toLocaleString("en")} tokens of context`
    : "";
}

function add(kind, text) {
  const box = document.createElement("div");
  box.className = kind;
  box.textContent = text;
  $("talk").append(box);
  box.scrollIntoView({ block: "end" });
  return box;
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      if (part.startsWith("data: ") && part !== "data: [DONE]") yield JSON.parse(part.slice(6));
    }
  }
}

async function ask(text) {
  conversation.push({ role: "user", content: text });
  add("message user", text);
  const system = $("system").value.trim();
  const messages = system ? [{ role: "system", content: system }, ...conversation] : conversation;
  running = new AbortController();
  busy(true);
  let thought = null;
  let said = null;
  let content = "";
  let reasoning = "";
  const began = performance.now();
  let first = 0;
  try {
    const response = await fetch("/v1/chat/completions", {
      method: "POST",
      signal: running.signal,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: $("model").value, messages, stream: true, stream_options: { include_usage: true },
      }),
    });
    if (!response.ok) throw new Error((await response.json()).error.message);
    for await (const event of events(response)) {
      if (event.error) throw new Error(event.error.message);
      const delta = event.choices?.[0]?.delta ?? {};
      if (delta.reasoning_content) {
        thought ??= add("message thought", "");
        thought.textContent += delta.reasoning_content;
        reasoning += delta.reasoning_content;
      }
      if (delta.content) {
        first ||= performance.now();
        said ??= add("message", "");
        said.textContent += delta.content;
        content += delta.content;
      }
      if (event.usage) {
        const seconds = (performance.now() - (first || began)) / 1000;
        const { completion_tokens: tokens, prompt_tokens: prompt } = event.usage;
        const cached = event.usage.prompt_tokens_details.cached_tokens;
        add("facts", `prompt ${prompt} tokens, ${cached} of them cached · first token after ` +
          `${((first || began) - began).toFixed(0)} ms · ${tokens} tokens, ` +
          `${(Math.max(0, tokens - 1) / Math.max(seconds, 1e-3)).toFixed(1)} per second`);
      }
    }
  } catch (error) {
    if (error.name !== "AbortError") add("message error", error.message);
  } finally {
    conversation.push({ role: "assistant", content, ...(reasoning && { reasoning_content: reasoning }) });
    running = null;
    busy(false);
  }
}

function busy(now) {
  $("send").disabled = now;
  $("stop").disabled = !now;
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || running) return;
  $("text").value = "";
  ask(text);
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("form").requestSubmit();
  }
});
$("stop").addEventListener("click", () => running?.abort());
$("clear").addEventListener("click", () => {
  running?.abort();
  conversation.length = 0;
  $("talk").replaceChildren();
});
$("model").addEventListener("change", describe);
loadModels().catch((error) => add("message error", error.message));
