import { html } from 'lit';
import { columns } from './columns.js';
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
  // What nothing is known of is like anything.
  const others = cells.filter(cell => same(cell) && same(cells[0]) && same(cell) !== same(cells[0]));
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
    /** @type {'' | 'all' | 'structure'} */
    this.only = '';
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
    this.only = state.only === 'structure' ? 'structure' : state.only ? 'all' : '';
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
    write({ models: this.picked.join(), only: this.only, ...changed });
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
      ${this.picked.length >= MOST ? html`<p class="note">At most ${MOST} models can be compared at once.</p>` : ''}
      ${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : ''}
      ${this.data.length ? html`${this.words()} ${this.show()} ${this.drawings()} ${this.table()} ${this.curves()}`
        : html`<p class="empty">Pick a model to start with.</p>`}`;
  }

  words() {
    const [first, ...others] = this.data;
    if (!others.length) return html`<p class="empty">Add a second model to see how they differ.</p>`;
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

  /** Everything, what differs, or only what is built differently. */
  show() {
    if (this.data.length < 2) return '';
    const options = [['', 'everything'], ['all', 'all differences'], ['structure', 'differences in structure']];
    return html`<fieldset class="switch"><legend>Show</legend>${options.map(([value, text]) => html`<label>
      <input type="radio" name="only" value=${value || 'everything'} .checked=${this.only === value} @change=${() => {
        this.only = /** @type {'' | 'all' | 'structure'} */ (value);
        this.remember();
      }} /> ${text}</label>`)}</fieldset>`;
  }

  /** @param {{differs: string}} row */
  wanted(row) {
    return !this.only || this.data.length < 2 || row.differs === 'structure' || (this.only === 'all' && row.differs === 'size');
  }

  table() {
    const groups = this.groups();
    const all = groups.flatMap(group => group.rows);
    const count = kind => all.filter(row => row.differs === kind).length;
    return html`<section aria-labelledby="table"><h2 id="table">Side by side</h2>
      ${this.data.length > 1 ? html`<p class="note"><span class="count">${count('structure')} of ${all.length} rows differ in structure, ${count('size')} more in numbers
        alone.</span> <span class="key-structure">≠</span> built differently <span class="key-size">≠</span> other numbers</p>` : ''}
      <div class="scroll" aria-labelledby="table"><table class="compare">
      <thead><tr><td></td>${this.data.map((model, i) => html`<th scope="col" class="chip-${i % 8}" style="width: ${84 / this.data.length}%"><a href="models/${model.name}.html">${model.name}</a></th>`)}</tr></thead>
      ${groups.map(group => {
        const rows = group.rows.filter(row => this.wanted(row));
        return rows.length ? html`<tbody><tr class="group"><th scope="rowgroup" colspan=${this.data.length + 1}>${group.title}</th></tr>
          ${rows.map(row => html`<tr class=${row.differs ? `differs ${row.differs}` : ''}><th scope="row">${row.label}${row.differs ? html`<span class="mark" role="img"
            aria-label=${row.differs === 'size' ? 'other numbers' : 'built differently'}>≠</span>` : ''}</th>
            ${row.cells.map(cell => html`<td class=${cell.number === undefined ? '' : 'one-number'}>${this.cell(cell)}</td>`)}</tr>`)}
          </tbody>` : '';
      })}</table></div></section>`;
  }

  /** @param {{text: string, formula?: string}} cell */
  cell(cell) {
    return cell.formula ? html`<orrery-figure formula=${cell.formula}>${cell.text}</orrery-figure>` : cell.text;
  }

  curves() {
    return html`<section aria-labelledby="curves"><h2 id="curves">By context length</h2>
      <orrery-curve models=${this.data.map(model => model.name).join()} .settings=${this.settings} @settings=${event => {
        this.settings = event.detail;
        this.remember();
      }}></orrery-curve></section>`;
  }

  drawings() {
    const other = this.data.length === 2 ? 'the other model' : this.data[0].name;
    return html`<section aria-labelledby="drawings"><h2 id="drawings">Layer by layer</h2>
      ${this.data.length > 1 ? html`<p class="note">Read from the bottom; the same part stands at the same height. <span class="key-structure">≠</span> built differently, or a part that ${other} does not have <span class="key-size">≠</span> same structure, other numbers</p>` : ''}
      <div class="scroll" aria-labelledby="drawings">${columns(this.data, this.catalog.slots, this.only === 'structure')}</div></section>`;
  }
}

customElements.define('orrery-compare', OrreryCompare);
