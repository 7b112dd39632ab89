"use strict";

const $ = (id) => document.getElementById(id);
/** What was said so far, as the API takes it. */
const conversation = [];
/** How many conversations were begun: what is still on its way of another is not shown. */
let begun = 0;
let running = null;
let models = [];

/** What an answer that is no success says. */
async function failure(response) {
  const text = await response.text();
  try {
    return new Error(JSON.parse(text).error.message);
  } catch {
    return new Error(`${response.status} ${response.statusText}`);
  }
}

async function loadModels() {
  const answer = await fetch("v1/models");
  if (!answer.ok) throw await failure(answer);
  models = (await answer.json()).data;
  for (const model of models) $("model").add(new Option(model.id));
  const wanted = new URLSearchParams(location.search).get("model");
  if (models.some((one) => one.id === wanted)) $("model").value = wanted;
  else if (wanted) add("message error", `There is no model called ${wanted} here.`);
  describe();
}

function describe() {
  const model = models.find((one) => one.id === $("model").value);
  const parts = [];
  if (model?.architecture) parts.push(model.architecture);
  if (model?.max_model_len) parts.push(`context of ${model.max_model_len.toLocaleString("en")} tokens`);
  $("about").textContent = parts.join(", ");
}

function add(kind, text, tag = "div") {
  const box = document.createElement(tag);
  box.className = kind;
  box.textContent = text;
  $("talk").append(box);
  follow(true);
  return box;
}

/** Keeps the end in view, unless the reader has scrolled back. */
function follow(always) {
  const page = document.documentElement;
  if (always || page.scrollHeight - innerHeight - page.scrollTop < 120) scrollTo(0, page.scrollHeight);
}

function thoughtBox(before) {
  const box = document.createElement("details");
  box.className = "thought";
  box.open = true;
  const title = document.createElement("summary");
  title.textContent = "Thought";
  const words = document.createElement("div");
  box.append(title, words);
  before.before(box);
  return { box, words };
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
      const data = part.split("\n").find((line) => line.startsWith("data: "))?.slice(6);
      if (data && data !== "[DONE]") yield JSON.parse(data);
    }
  }
}

function spent(usage, began, first) {
  const { prompt_tokens: prompt, completion_tokens: tokens } = usage;
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
  const parts = [`prompt of ${prompt} tokens${cached ? `, ${cached} cached` : ""}`];
  if (first) parts.push(`first token after ${(first - began).toFixed(0)} ms`);
  const seconds = (performance.now() - first) / 1000;
  parts.push(tokens > 1 && first && seconds > 0 ? `${tokens} tokens, ${((tokens - 1) / seconds).toFixed(1)} per second`
    : `${tokens} ${tokens === 1 ? "token" : "tokens"}`);
  return parts.join(" · ");
}

async function ask(text) {
  const own = begun;
  const asked = add("message user", text);
  const said = add("message waits", "");
  const system = $("system").value.trim();
  const messages = [...conversation, { role: "user", content: text }];
  if (system) messages.unshift({ role: "system", content: system });
  running = new AbortController();
  busy();
  let thought = null;
  let content = "";
  let reasoning = "";
  let usage = null;
  let finish = null;
  let first = 0;
  const began = performance.now();
  try {
    const response = await fetch("v1/chat/completions", {
      method: "POST",
      signal: running.signal,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: $("model").value, messages, stream: true, stream_options: { include_usage: true },
      }),
    });
    if (!response.ok) throw await failure(response);
    for await (const event of events(response)) {
      if (event.error) throw new Error(event.error.message);
      const choice = event.choices?.[0];
      const delta = choice?.delta ?? {};
      finish = choice?.finish_reason ?? finish;
      if (delta.reasoning_content || delta.content) first ||= performance.now();
      if (delta.reasoning_content) {
        thought ??= thoughtBox(said);
        thought.words.textContent += delta.reasoning_content;
        reasoning += delta.reasoning_content;
      }
      if (delta.content) {
        if (thought && !content) thought.box.open = false;
        said.classList.remove("waits");
        said.textContent += delta.content;
        content += delta.content;
      }
      if (event.usage) usage = event.usage;
      follow();
    }
    if (usage) add("spent", spent(usage, began, first) + (finish === "length" ? " · cut off at the limit of tokens" : ""), "p");
  } catch (error) {
    if (own !== begun) return;
    if (error.name === "AbortError") add("spent", "stopped", "p");
    else add("message error", error.message);
  } finally {
    said.classList.remove("waits");
    if (own !== begun) {
      // nothing of it is left
    } else if (content || reasoning) {
      conversation.push({ role: "user", content: text });
      conversation.push({ role: "assistant", content, ...(reasoning && { reasoning_content: reasoning }) });
    } else {
      // Nothing was answered: the question is the reader's again.
      said.remove();
      asked.classList.add("unanswered");
      $("text").value ||= text;
    }
    running = null;
    busy();
    $("text").focus();
  }
}

function busy() {
  $("send").disabled = running !== null;
  $("stop").disabled = running === null;
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || running) return;
  $("text").value = "";
  ask(text);
});
$("head").addEventListener("submit", (event) => event.preventDefault());
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("form").requestSubmit();
  }
});
$("stop").addEventListener("click", () => running?.abort());
$("clear").addEventListener("click", () => {
  running?.abort();
  begun++;
  conversation.length = 0;
  $("talk").replaceChildren();
  $("text").focus();
});
$("model").addEventListener("change", describe);
loadModels().catch((error) => add("message error", error.message));
