import { html } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { load } from '../data.js';
import { read, write } from '../state.js';
import { LightElement } from './light.js';
import './picker.js';
import './curve.js';

const FIRST = ['deepseek-v3', 'llama-3.1-405b'];
const MOST = 8;
const SETTINGS = { machine: 'h200', batch: 1, cache: 'bf16', weights: 'bf16', quantity: 'kv', axis: 'log' };

/**
 * How the others differ from the first, by the keys that the atlas gives each cell.
 * @param {{text: string, same?: string, form?: string}[]} cells
 * @returns {'' | 'size' | 'structure'}
 */
function difference(cells) {
  /** @param {{text: string, same?: string}} cell */
  const same = cell => cell.same ?? cell.text;
  /** @param {{text: string, same?: string, form?: string}} cell */
  const form = cell => cell.form ?? same(cell);
  const others = cells.filter(cell => same(cell) !== same(cells[0]));
  if (!others.length) return '';
  return others.some(cell => form(cell) !== form(cells[0])) ? 'structure' : 'size';
}

/** `<orrery-compare>`: models side by side, as the address says. */
class OrreryCompare extends LightElement {
  static properties = {
    catalog: { state: true },
    picked: { state: true },
    data: { state: true },
    differences: { state: true },
    only: { state: true },
    settings: { state: true },
    failure: { state: true },
  };

  constructor() {
    super();
    /** @type {string[]} */
    this.picked = [];
    /** @type {any[]} */
    this.data = [];
    /** @type {Record<string, {structure: string[], size: string[], storage: string[]}>} */
    this.differences = {};
    this.only = false;
    this.settings = { ...SETTINGS };
    this.follow = () => this.restore();
  }

  connectedCallback() {
    super.connectedCallback();
    this.querySelector('[data-without-scripts]')?.remove();
    addEventListener('hashchange', this.follow);
    load('catalog').then(catalog => {
      this.catalog = catalog;
      this.restore();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.follow);
  }

  /** From the address; what it says of no model or choice that there is, is passed over. */
  restore() {
    const state = read();
    const { models, choices } = this.catalog;
    const known = new Set(models.map(one => one.name));
    const asked = (state.models ?? FIRST.join()).split(',').filter(name => known.has(name));
    this.only = state.only === '1';
    const settings = { ...SETTINGS };
    const allowed = {
      machine: choices.machines.map(one => one.name),
      cache: choices.caches,
      weights: choices.weights,
      quantity: choices.quantities.map(one => one.name),
      axis: ['log', 'linear'],
    };
    for (const [key, values] of Object.entries(allowed)) if (values.includes(state[key])) settings[key] = state[key];
    if (choices.batches.includes(Number(state.batch))) settings.batch = Number(state.batch);
    this.settings = settings;
    this.pick([...new Set(asked)].slice(0, MOST));
  }

  remember() {
    const changed = Object.fromEntries(
      Object.entries(this.settings).map(([key, value]) => [key, value === SETTINGS[key] ? '' : String(value)]),
    );
    write({ models: this.picked.join(), only: this.only ? '1' : '', ...changed });
  }

  /** @param {string[]} names */
  async pick(names) {
    this.picked = names.slice(0, MOST);
    this.remember();
    const wanted = this.picked;
    try {
      const data = await Promise.all(wanted.map(name => load(`models/${name}`)));
      const differences = wanted.length > 1 ? await load(`differences/${wanted[0]}`) : {};
      if (wanted !== this.picked) return; // others were picked meanwhile
      this.data = data;
      this.differences = differences;
      this.failure = undefined;
    } catch (error) {
      this.failure = String(error instanceof Error ? error.message : error);
    }
  }

  /** The rows that say something of one of the models, by topic. */
  groups() {
    const { rows, nothing } = this.catalog;
    /** @type {{title: string, rows: any[]}[]} */
    const groups = [];
    rows.forEach(({ topic, label }, i) => {
      const cells = this.data.map(model => model.cells[i]);
      if (cells.every(cell => cell.text === nothing || cell.text === 'none')) return;
      if (groups[groups.length - 1]?.title !== topic) groups.push({ title: topic, rows: [] });
      groups[groups.length - 1].rows.push({ label, cells, differs: difference(cells) });
    });
    return groups;
  }

  render() {
    if (!this.catalog) return html`<p class="loading">Loading …</p>`;
    return html`
      <orrery-picker .models=${this.catalog.models} .picked=${this.picked} @picked=${event => this.pick(event.detail)}></orrery-picker>
      ${this.picked.length >= MOST ? html`<p class="note">${MOST} models are the most that fit side by side.</p>` : ''}
      ${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : ''}
      ${this.data.length ? html`${this.words()} ${this.table()} ${this.curves()} ${this.drawings()}`
        : html`<p class="empty">Pick a model to begin with.</p>`}`;
  }

  words() {
    const [first, ...others] = this.data;
    if (!others.length) return html`<p class="empty">Add a second model to see how the two differ.</p>`;
    return html`<section aria-labelledby="words"><h2 id="words">In words</h2>
      <div class="words">${others.map(other => {
        const told = this.differences[other.name];
        if (!told) return '';
        return html`<div><h3>${other.name} <span>beside ${first.name}</span></h3>
          ${told.structure.length ? html`<ul>${told.structure.map(one => html`<li>${one}</li>`)}</ul>`
            : html`<p>is built the same way.</p>`}
          ${told.size.length || told.storage.length ? html`<details><summary>${told.size.length + told.storage.length} in numbers</summary>
            <ul>${[...told.size, ...told.storage].map(one => html`<li>${one}</li>`)}</ul></details>` : ''}</div>`;
      })}</div></section>`;
  }

  table() {
    const groups = this.groups();
    const all = groups.flatMap(group => group.rows);
    const differing = all.filter(row => row.differs).length;
    return html`<section aria-labelledby="table"><h2 id="table">Side by side</h2>
      <label class="switch"><input type="checkbox" .checked=${this.only} @change=${event => {
        this.only = event.target.checked;
        this.remember();
      }} /> only differences <span class="count">${differing} of ${all.length} rows</span></label>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="table"><table class="compare">
      <thead><tr><td></td>${this.data.map((model, i) => html`<th scope="col" class="chip-${i % 8}" style="width: ${84 / this.data.length}%"><a href="models/${model.name}.html">${model.name}</a></th>`)}</tr></thead>
      ${groups.map(group => {
        const rows = this.only ? group.rows.filter(row => row.differs) : group.rows;
        return rows.length ? html`<tbody><tr class="group"><th scope="rowgroup" colspan=${this.data.length + 1}>${group.title}</th></tr>
          ${rows.map(row => html`<tr class=${row.differs && this.data.length > 1 ? 'differs' : ''}><th scope="row">${row.label}${
            row.differs && this.data.length > 1 ? html`<span class="mark" title="differs" role="img" aria-label="differs">≠</span>` : ''}</th>
            ${row.cells.map(cell => html`<td>${this.cell(cell)}</td>`)}</tr>`)}
          </tbody>` : '';
      })}</table></div></section>`;
  }

  /** @param {{text: string, formula?: string}} cell */
  cell(cell) {
    return cell.formula ? html`<orrery-figure formula=${cell.formula}>${cell.text}</orrery-figure>` : cell.text;
  }

  curves() {
    return html`<section aria-labelledby="curves"><h2 id="curves">Against the context</h2>
      <orrery-curve models=${this.data.map(model => model.name).join()} .settings=${this.settings} @settings=${event => {
        this.settings = event.detail;
        this.remember();
      }}></orrery-curve></section>`;
  }

  /** Marks the words of each drawing that the first one has not; of two models, in both. */
  updated() {
    const drawings = [...this.querySelectorAll('.drawings .drawing')];
    const words = drawings.map(drawing => new Set([...drawing.querySelectorAll('text')].map(text => text.textContent)));
    drawings.forEach((drawing, i) => {
      const against = i > 0 ? words[0] : drawings.length === 2 ? words[1] : words[0];
      for (const text of drawing.querySelectorAll('text')) {
        // Names and counts differ in any case, and say nothing of how a model is built.
        const counts = ['muted', 'large', 'title'].some(name => text.classList.contains(name));
        text.classList.toggle('differs-here', !counts && !against.has(text.textContent));
      }
    });
  }

  drawings() {
    return html`<section aria-labelledby="drawings"><h2 id="drawings">Drawings</h2>
      ${this.data.length > 1 ? html`<p class="note">Underlined and tinted is what ${this.data.length === 2 ? 'the other' : this.data[0].name} has not.</p>` : ''}
      <div class="drawings scroll" tabindex="0" role="region" aria-labelledby="drawings">${this.data.map(
        model => html`<figure class="drawing"><figcaption>${model.name}</figcaption>${unsafeHTML(model.drawing)}</figure>`,
      )}</div></section>`;
  }
}

customElements.define('orrery-compare', OrreryCompare);
