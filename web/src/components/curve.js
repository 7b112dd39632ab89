import { html, render as draw } from 'lit';
import uPlot from 'uplot';
import { load } from '../data.js';
import { LightElement } from './light.js';
import * as numbers from '../numbers.js';
import { UNITS, full, values } from '../cost.js';

const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4]];
const COLOURS = ['attention', 'experts', 'feed-forward', 'difference', 'cache', 'embedding', 'norm', 'plain'];
const FORMATS = { bytes: numbers.bytes, flops: numbers.flops, time: numbers.time };
const FORMULAS = {
  kv: 'bytes of the cached values × batch',
  'kv-read': 'bytes of the cached values attended to',
  bytes: 'weights read in a step ⁄ batch + bytes of the cached values attended to',
  flops: '2 × multiply-adds of matrices and attention; a batch saves none',
  time: 'the longer of bytes ⁄ bandwidth and operations ⁄ FLOP/s, for a step that gives every sequence one token',
  prefill: '2 × multiply-adds of all tokens in one prompt',
  first: 'the longer of weights ⁄ bandwidth and operations ⁄ FLOP/s, for one prompt in one pass',
};

/** @param {string} name */
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--orrery-${name}`).trim();

/** `<orrery-curve models="a,b">`: what models hold, read, compute and take against the context. */
class OrreryCurve extends LightElement {
  static properties = {
    models: {},
    settings: { attribute: false },
    data: { state: true },
    choices: { state: true },
  };

  constructor() {
    super();
    this.models = '';
    this.settings = { machine: 'h200', batch: 1, cache: 'bf16', weights: 'bf16', quantity: 'kv', axis: 'log' };
    /** @type {any[]} */
    this.data = [];
    this.observer = new ResizeObserver(() => this.resize());
    this.redraw = () => this.draw();
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('orrery-theme', this.redraw);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', this.redraw);
    this.querySelector('.without-scripts')?.remove();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('orrery-theme', this.redraw);
    matchMedia('(prefers-color-scheme: dark)').removeEventListener('change', this.redraw);
    this.observer.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('models')) this.loadAll();
  }

  async loadAll() {
    const names = this.models.split(',').filter(Boolean);
    const [catalog, ...data] = await Promise.all([load('catalog'), ...names.map(name => load(`models/${name}`))]);
    if (names.join() !== this.models) return; // others were asked for meanwhile
    this.choices = catalog.choices;
    this.data = data;
  }

  updated() {
    const place = this.querySelector('.plot');
    if (place) this.observer.observe(place);
    this.draw();
  }

  /** @param {Record<string, unknown>} change */
  set(change) {
    this.settings = { ...this.settings, ...change };
    this.dispatchEvent(new CustomEvent('settings', { detail: this.settings, bubbles: true }));
  }

  /** The curves of the models as they are now, for the drawing, the table and the tests. */
  series() {
    return this.data.map(model => {
      const all = values(this.settings.quantity, model.curves, this.choices, this.settings);
      const end = full(model.curves, this.choices, this.settings);
      return { name: model.name, contexts: model.curves.contexts, values: all, full: end };
    });
  }

  draw() {
    const place = this.querySelector('.plot');
    if (!(place instanceof HTMLElement) || !this.choices) return;
    this.plot?.destroy();
    place.replaceChildren();
    if (!this.data.length) return;
    const series = this.series();
    const contexts = [...new Set(series.flatMap(one => one.contexts))].sort((a, b) => a - b);
    const log = this.settings.axis === 'log';
    const unit = UNITS[this.settings.quantity];
    const format = FORMATS[unit];
    const lines = series.map(one => {
      const at = new Map(one.contexts.map((context, i) => [context, one.values[i]]));
      return contexts.map(context => at.get(context) ?? (context > one.contexts[one.contexts.length - 1] ? null : undefined));
    });
    const axis = { stroke: colour('muted'), grid: { stroke: colour('frame'), width: 0.5 }, ticks: { stroke: colour('frame'), width: 0.5 } };
    const font = '12px system-ui, sans-serif';
    this.plot = new uPlot(
      {
        width: place.clientWidth,
        height: Math.max(260, Math.min(420, place.clientWidth * 0.52)),
        cursor: { drag: { x: false, y: false }, focus: { prox: 24 } },
        focus: { alpha: 0.35 },
        legend: { show: false },
        scales: {
          x: { time: false, distr: log ? 3 : 1, log: 2 },
          y: { distr: log ? 3 : 1, log: unit === 'bytes' ? 2 : 10, range: log ? undefined : (_, __, most) => [0, most * 1.05] },
        },
        axes: [
          { ...axis, font, values: (_, ticks) => ticks.map(tick => (tick === null ? '' : numbers.tokens(tick))), space: 56 },
          { ...axis, font, size: 76, values: (_, ticks) => ticks.map(tick => (tick === null ? '' : format(tick))) },
        ],
        series: [
          { label: 'context' },
          ...series.map((one, i) => ({
            label: one.name,
            stroke: colour(`${COLOURS[i % COLOURS.length]}-line`),
            width: 2,
            dash: DASHES[i % DASHES.length],
            points: { show: false },
            spanGaps: true,
          })),
        ],
        hooks: { draw: [plot => this.marks(plot, series)], setCursor: [plot => this.legend(series, plot.cursor.idx)] },
      },
      [contexts, ...lines],
      place,
    );
    place.querySelector('canvas')?.setAttribute('aria-hidden', 'true');
    this.legend(series, null);
  }

  /** Each curve's line, name and value: at the cursor, or at rest where the model's context ends.
   * @param {{name: string, contexts: number[], values: number[]}[]} series
   * @param {number | null | undefined} at */
  legend(series, at) {
    const place = this.querySelector('.legend');
    if (!(place instanceof HTMLElement)) return;
    const format = FORMATS[UNITS[this.settings.quantity]];
    const context = at === null || at === undefined ? undefined : this.plot?.data[0][at];
    const items = series.map((one, i) => {
      const index = context === undefined ? one.contexts.length - 1 : one.contexts.indexOf(context);
      const value = index < 0 ? 'no value' : `${format(one.values[index])} at ${numbers.tokens(one.contexts[index])} tokens`;
      return html`<li><svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true"><line x1="1" x2="33" y1="5" y2="5" stroke-width="2.5"
        stroke=${`var(--orrery-${COLOURS[i % COLOURS.length]}-line)`} stroke-dasharray=${DASHES[i % DASHES.length].join(' ') || 'none'} /></svg>
        <strong>${one.name}</strong> <span>${value}</span></li>`;
    });
    draw(items, place);
  }

  /** Where memory ends: a ring on the curve.
   * @param {uPlot} plot
   * @param {{contexts: number[], values: number[], full: number}[]} series */
  marks(plot, series) {
    if (!this.usesMachine()) return;
    series.forEach((one, i) => {
      if (one.full < 0) return;
      const x = plot.valToPos(one.contexts[one.full], 'x', true);
      const y = plot.valToPos(one.values[one.full], 'y', true);
      plot.ctx.save();
      plot.ctx.setLineDash([]);
      plot.ctx.beginPath();
      plot.ctx.arc(x, y, 5 * devicePixelRatio, 0, 2 * Math.PI);
      plot.ctx.fillStyle = colour('paper');
      plot.ctx.strokeStyle = colour(`${COLOURS[i % COLOURS.length]}-line`);
      plot.ctx.lineWidth = 2 * devicePixelRatio;
      plot.ctx.fill();
      plot.ctx.stroke();
      plot.ctx.restore();
    });
  }

  /** What is shown. */
  quantity() {
    return this.choices.quantities.find(one => one.name === this.settings.quantity);
  }

  usesMachine() {
    return this.quantity().ofMachine || this.settings.quantity === 'kv';
  }

  resize() {
    const place = this.querySelector('.plot');
    if (place && this.plot && place.clientWidth !== this.plot.width) {
      this.plot.setSize({
        width: place.clientWidth,
        height: Math.max(260, Math.min(420, place.clientWidth * 0.52)),
      });
    }
  }

  render() {
    if (!this.choices) return html`<p class="loading">Loading curves …</p>`;
    const { settings, choices } = this;
    const machine = choices.machines.find(one => one.name === settings.machine);
    return html`
      <div class="tabs" role="group" aria-label="What the curves show">
        ${choices.quantities.map(
          ({ name, title }) => html`<button type="button" aria-pressed=${name === settings.quantity}
            @click=${() => this.set({ quantity: name })}>${title}</button>`,
        )}
      </div>
      <form class="settings" @submit=${event => event.preventDefault()}>
        ${this.field('machine', 'Machine', choices.machines.map(one => [one.name, one.title]))}
        ${this.field('batch', 'Batch', choices.batches.map(one => [one, String(one)]))}
        ${this.field('cache', 'KV cache in', choices.caches.map(one => [one, one]))}
        ${this.field('weights', 'Weights in', choices.weights.map(one => [one, one]))}
        ${this.field('axis', 'Axes', [['log', 'logarithmic'], ['linear', 'linear']])}
      </form>
      <div class="plot" role="img" aria-label="${this.quantity().title} against the ${this.quantity().against}, for ${this.models}. The table below has the numbers."></div>
      <ul class="legend"></ul>
      <p class="note"><span class="kind">computed</span> ${FORMULAS[settings.quantity]}. ${this.quantity().ofMachine && machine ? html`What a machine can do is <span class="kind">published</span>: ${machine.source}. So a time is a bound that no run can
        beat, and nothing here is measured.` : ''}</p>
      ${this.room()} ${this.table()}`;
  }

  /** @param {string} key @param {string} label @param {[string | number, string][]} options */
  field(key, label, options) {
    return html`<label class="field"><span>${label}</span>
      <select name=${key} @change=${event => this.set({ [key]: options[event.target.selectedIndex][0] })}>
        ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === this.settings[key]}>${text}</option>`)}
      </select></label>`;
  }

  /** Whether the models fit into the machine, in words. */
  room() {
    if (!this.usesMachine()) return '';
    const machine = this.choices.machines.find(one => one.name === this.settings.machine);
    return html`<ul class="room">${this.series().map(one => {
      if (one.full < 0) return html`<li><strong>${one.name}</strong> fits into ${machine.title} at every context.</li>`;
      return one.full === 0
        ? html`<li><strong>${one.name}</strong> does not fit into ${machine.title}.</li>`
        : html`<li><strong>${one.name}</strong> fills ${machine.title} between ${numbers.exact(one.contexts[one.full - 1])} and
            ${numbers.exact(one.contexts[one.full])} tokens (○).</li>`;
    })}</ul>`;
  }

  table() {
    const format = FORMATS[UNITS[this.settings.quantity]];
    const series = this.series();
    const most = Math.max(...series.map(one => one.contexts[one.contexts.length - 1]));
    const contexts = [1024, 4096, 16384, 32768, 65536, 131072, 262144, 1048576, 10485760].filter(one => one <= most);
    if (contexts[contexts.length - 1] !== most) contexts.push(most);
    return html`<details class="numbers"><summary>As a table</summary><div class="scroll"><table class="data">
      <thead><tr><th scope="col">context</th>${series.map(one => html`<th scope="col" class="number">${one.name}</th>`)}</tr></thead>
      <tbody>${contexts.map(
        context => html`<tr><th scope="row">${numbers.exact(context)}</th>${series.map(one => {
          const at = one.contexts.indexOf(context);
          return html`<td class="number">${at < 0 ? '–' : format(one.values[at])}</td>`;
        })}</tr>`,
      )}</tbody></table></div></details>`;
  }
}

customElements.define('orrery-curve', OrreryCurve);
