import { html } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { exact } from '../numbers.js';

/**
 * Models side by side, corresponding parts at the same height. What differs is marked: between two models in both, among more in each that differs from the first.
 *
 * @typedef {{key: string, text: string, form: string}} Text
 * @typedef {{count: number, chosen: number[], shared: boolean, stacked: boolean}} Tiles
 * @typedef {{role: string, title: Text, count: string, lines: Text[], cache?: Text, tiles?: Tiles,
 *   where?: string, href: string, hint: string}} Box
 * @typedef {{kind: string, boxes: Box[], text?: string}} Part
 * @typedef {{name: string, strip: string, leftOut?: string, column: {facts: string[][], block: {layers: number, name: string, each: string},
 *   parts: Record<string, Part>, draft?: {name: string, boxes: Box[]}}}} Model
 */

/** Experts in one line, as many as in the drawings: a group of DeepSeek V3's router is one line. */
const ACROSS = 32;

const NONE = 0;
const SIZE = 1;
const STRUCTURE = 2;
const NAMES = ['', 'size', 'structure'];

/** What a box says of something. @param {Box} box */
const facts = box => (box.cache ? [...box.lines, box.cache] : box.lines);

/** @param {Text | undefined} one @param {Text | undefined} other */
function ofFact(one, other) {
  if (one?.text === other?.text) return NONE;
  return one?.form === other?.form ? SIZE : STRUCTURE;
}

/** @param {Box} one @param {Box} other */
function distance(one, other) {
  const own = box => JSON.stringify([box.role, box.title, box.count, box.lines, box.cache, box.tiles]);
  if (own(one) === own(other)) return NONE;
  const keys = box => facts(box).map(fact => fact.key).sort().join();
  const alike =
    one.role === other.role &&
    one.title.form === other.title.form &&
    keys(one) === keys(other) &&
    facts(one).every(fact => ofFact(fact, facts(other).find(theirs => theirs.key === fact.key)) !== STRUCTURE);
  return alike ? SIZE : STRUCTURE;
}

/** How a box differs from the nearest of another model's. @param {Box} box @param {Box[]} theirs */
const least = (box, theirs) => Math.min(STRUCTURE, ...theirs.map(other => distance(box, other)));

/** @param {Model} model @param {string} slot */
function boxes(model, slot) {
  return slot === 'draft' ? (model.column.draft?.boxes ?? []) : (model.column.parts[slot]?.boxes ?? []);
}

/**
 * How much of a slot, of its boxes and of their lines another model has otherwise.
 * @param {Model} model @param {Model | undefined} other @param {string} slot
 */
function marks(model, other, slot) {
  const mine = boxes(model, slot);
  const theirs = other ? boxes(other, slot) : mine;
  const whole = Math.max(NONE, ...mine.map(box => least(box, theirs)), ...theirs.map(box => least(box, mine)));
  return {
    slot: whole,
    missing: !!other && !(slot in model.column.parts) && slot in other.column.parts && slot !== 'per_layer_table',
    /** @param {Box} box */
    box: box => (mine.length === 1 ? whole : least(box, theirs)),
    /** @param {Box} box @param {Text} fact */
    line(box, fact) {
      const nearest = theirs
        .filter(one => one.role === box.role)
        .sort((a, b) => distance(box, a) - distance(box, b))[0];
      return nearest ? ofFact(fact, facts(nearest).find(one => one.key === fact.key)) : NONE;
    },
  };
}

/** One tile per expert, as in a drawing of the model; those that one token takes are filled. @param {Tiles} tiles */
function experts({ count, chosen, shared, stacked }) {
  const told = `${chosen.length} of ${exact(count)} experts active per token${shared ? ', and one shared' : ''}`;
  const on = new Set(chosen);
  const tiles = stacked ? html`<span class="stack"></span> ${told}`
    : html`<span class="grid" style="--across: ${Math.min(count, ACROSS)}">${Array.from({ length: count }, (_, i) => html`<i class=${on.has(i) ? 'on' : ''}></i>`)}</span>`;
  return html`<span class="tiles" role="img" aria-label=${told}>${shared ? html`<i class="shared"></i>` : ''}${tiles}</span>`;
}

/** @param {Box} box @param {ReturnType<typeof marks>} mark @param {number} from the least distance that is shown @param {string} root */
function boxed(box, mark, from, root) {
  const shown = distance => (distance >= from ? NAMES[distance] : '');
  const line = fact => {
    const differs = shown(mark.line(box, fact));
    return html`<span class="line ${differs}">${fact.text}${differs ? html`<b aria-hidden="true">≠</b>` : ''}</span>`;
  };
  const differs = shown(mark.box(box));
  return html`${box.where ? html`<span class="where">${box.where}</span>` : ''}
    <a class="part ${box.role} ${differs ? `differs-${differs}` : ''}" href="${root}${box.href}" title=${box.hint} data-role=${box.role}>
      <span class="head"><strong>${box.title.text}</strong> <span class="weights">${box.count}</span></span>
      ${box.lines.map(line)} ${box.tiles ? experts(box.tiles) : ''}
      ${box.cache ? html`<span class="kept">${line(box.cache)}</span>` : ''}
      ${differs ? html`<span class="sign" role="img" aria-label=${differs === 'size' ? 'other numbers' : 'built differently'}>≠</span>` : ''}</a>`;
}

/** Where residual lines run beside the flow, by slot. @param {string[]} slots from above */
function lanes(slots) {
  /** @type {Record<string, string>} */
  const lanes = {};
  for (const branch of ['mixer', 'feed_forward']) {
    const [from, to] = [slots.indexOf(`${branch}_sum`), slots.indexOf(`${branch}_fork`)];
    slots.forEach((slot, i) => {
      if (i === from) lanes[slot] = 'lane-end';
      else if (i === to) lanes[slot] = 'lane-begin';
      else if (i > from && i < to) lanes[slot] = 'lane';
    });
  }
  return lanes;
}

/**
 * @param {Model[]} models
 * @param {string[]} all the names of all slots, from below
 * @param {boolean} structure whether other numbers are not marked
 * @param {string} root from the page to the site's beginning
 */
export function columns(models, all, structure, root = '') {
  const from = structure ? STRUCTURE : SIZE;
  const used = all.filter(slot => slot === 'foot' || slot === 'label' || models.some(model => slot in model.column.parts));
  const slots = used.filter(slot => slot !== 'draft' && slot !== 'mixer_normed').reverse();
  const drafts = models.some(model => model.column.draft);
  const lane = lanes(slots);
  const row = slot => slots.indexOf(slot) + 2;
  const against = i => (i > 0 ? models[0] : models.length === 2 ? models[1] : undefined);
  const cell = (model, slot, i) => {
    const mark = marks(model, against(i), slot);
    const part = model.column.parts[slot];
    const at = `grid-row: ${row(slot)}`;
    if (slot === 'label') {
      return html`<div class="cell label" style=${at}><strong>${model.column.block.layers} ×</strong> <span>${model.column.block.name}</span>
        <span class="weights">${model.column.block.each}</span></div>`;
    }
    if (!part) {
      return html`<div class="cell empty ${lane[slot] ?? ''} ${slot === 'per_layer_table' ? 'apart' : ''}" style=${at}>${mark.missing
        ? html`<span class="sign" role="img" aria-label="absent here; ${against(i)?.name} has this part">≠</span>` : ''}</div>`;
    }
    const inside =
      part.kind === 'word' ? html`<strong class="word">${part.text}</strong>`
      : part.kind === 'sum' ? html`<span class="sum" title="added to the residual stream">+</span>`
      : part.kind === 'choice' ? html`<div class="choice ${mark.slot >= from && mark.slot === STRUCTURE ? 'differs-structure' : ''}">${part.boxes.map(
          (box, n) => html`${n ? html`<span class="or">or</span>` : ''}${boxed(box, mark, from, root)}`)}</div>`
      : part.boxes.map(box => boxed(box, mark, from, root));
    return html`<div class="cell is-${part.kind} ${lane[slot] ?? ''} ${slot === 'per_layer_table' ? 'apart' : ''} ${
      slot === slots[0] ? 'first' : slot === 'token_ids' ? 'last' : ''}" style=${at}>${inside}${slot === 'per_layer_table' || slot === 'token_ids' || part.kind === 'fork' ? '' : html`<i class="tip"></i>`}</div>`;
  };
  const draft = (model, i) => {
    const mark = marks(model, against(i), 'draft');
    return html`<div class="cell apart draft" style="grid-row: ${slots.length + 2}">${model.column.draft
      ? html`<div class="choice"><span class="where">Beside the model: ${model.column.draft.name}</span>${model.column.draft.boxes.map(box => boxed(box, mark, from, root))}</div>`
      : ''}</div>`;
  };
  return html`<div class="columns" style="--columns: ${models.length}; --rows: ${slots.length + 2}">${models.map(
    (model, i) => html`<section class="column chip-${i % 8}" aria-label=${model.name}>
      <header><h3><a href="${root}models/${model.name}.html">${model.name}</a></h3>
        <dl>${model.column.facts.map(([caption, value, note]) => html`<div><dt>${caption}</dt><dd>${value} <span>${note}</span></dd></div>`)}</dl>
        ${unsafeHTML(model.strip)}${model.leftOut ? html`<p class="note">${model.leftOut}</p>` : ''}</header>
      <div class="block" style="grid-row: ${row('label')} / ${row('foot') + 1}"></div>
      ${slots.map(slot => cell(model, slot, i))} ${drafts ? draft(model, i) : ''}</section>`,
  )}</div>`;
}
