import { html, svg } from 'lit';
import { load } from '../data.js';
import { LightElement } from './light.js';
import * as numbers from '../numbers.js';

const MEASURES = {
  total: { title: 'Parameters', format: numbers.rounded },
  active: { title: 'Active per token', format: numbers.rounded },
  cache: { title: 'KV values per token', format: numbers.exact },
  context: { title: 'Longest context', format: numbers.tokens },
};
const HEIGHT = 460;
const MARGIN = { left: 64, right: 24, top: 20, bottom: 36 };
const YEAR = 365.25 * 24 * 3600 * 1000;

/** `<orrery-timeline>`: the models of its table over the years. A dot is a dense model, a ring a mixture of experts. */
class OrreryTimeline extends LightElement {
  static properties = { models: { state: true }, measure: { state: true }, family: { state: true }, width: { state: true }, all: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.models = [];
    this.measure = 'total';
    this.family = '';
    this.width = 800;
    this.all = true;
    this.observer = new ResizeObserver(([entry]) => (this.width = Math.round(entry.contentRect.width)));
  }

  connectedCallback() {
    super.connectedCallback();
    this.observer.observe(this);
    load('catalog').then(catalog => (this.models = catalog.models.filter(one => one.released)));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  render() {
    const { title, format } = MEASURES[this.measure];
    return html`<div class="tabs" role="group" aria-label="What the timeline shows">
        ${Object.entries(MEASURES).map(([name, one]) => html`<button type="button" aria-pressed=${name === this.measure}
          @click=${() => (this.measure = name)}>${one.title}</button>`)}
        <button type="button" class="aside" aria-pressed=${!this.all} @click=${() => (this.all = !this.all)}>since 2023</button>
      </div>
      ${this.models.length ? this.chart(title, format) : ''}`;
  }

  /** The models within the years that are shown. */
  shown() {
    return this.models.filter(one => this.all || one.released >= '2023');
  }

  /** @param {string} title @param {(value: number) => string} format */
  chart(title, format) {
    const models = this.shown();
    const dates = models.map(one => Date.parse(one.released));
    const first = new Date(Math.min(...dates)).getUTCFullYear();
    const last = new Date(Math.max(...dates) + YEAR / 4);
    const begin = Date.UTC(first, 0);
    const span = last.getTime() - begin;
    const logs = models.map(one => Math.log10(one[this.measure]));
    const [low, high] = [Math.floor(Math.min(...logs) * 2) / 2, Math.ceil(Math.max(...logs) * 2) / 2];
    const x = date => MARGIN.left + ((date - begin) / span) * (this.width - MARGIN.left - MARGIN.right);
    const y = log => HEIGHT - MARGIN.bottom - ((log - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    const years = [];
    for (let year = first; year <= last.getUTCFullYear(); year++) years.push(year);
    const decades = [];
    for (let log = Math.ceil(low); log <= high; log++) decades.push(log);
    const placed = this.labels(x, y);
    const every = Math.ceil((years.length * 44) / this.width);
    return html`<svg class="timeline" viewBox="0 0 ${this.width} ${HEIGHT}" width=${this.width} height=${HEIGHT} role="group"
      aria-label="${title} of models by release date, on a logarithmic scale">
      ${decades.map(log => svg`<line class="grid" x1=${MARGIN.left} x2=${this.width - MARGIN.right} y1=${y(log)} y2=${y(log)} />
        <text class="axis end" x=${MARGIN.left - 8} y=${y(log) + 4}>${format(10 ** log)}</text>`)}
      ${years.map((year, i) => svg`<line class="grid" y1=${MARGIN.top} y2=${HEIGHT - MARGIN.bottom} x1=${x(Date.UTC(year, 0))} x2=${x(Date.UTC(year, 0))} />
        ${i % every ? '' : svg`<text class="axis" x=${x(Date.UTC(year, 0)) + 3} y=${HEIGHT - MARGIN.bottom + 18}>${year}</text>`}`)}
      ${placed.map(({ model, cx, cy, label }) => svg`<a href="models/${model.name}.html"
          aria-label="${model.name}, ${model.released}: ${format(model[this.measure])}">
          <title>${model.name} · ${model.released} · ${format(model[this.measure])}</title>
          <circle class=${model.sparse ? 'sparse' : 'dense'} cx=${cx} cy=${cy} r="5.5" />
          ${label ? svg`<text class="label ${label.end ? 'end' : ''}" x=${label.x} y=${cy + 4}>${model.name}</text>` : ''}</a>`)}
    </svg>
    <p class="key"><svg width="14" height="14" viewBox="0 0 14 14" class="timeline inline" aria-hidden="true"><circle class="dense" cx="7" cy="7" r="5.5"/></svg> dense
      <svg width="14" height="14" viewBox="0 0 14 14" class="timeline inline" aria-hidden="true"><circle class="sparse" cx="7" cy="7" r="5.5"/></svg> mixture of experts</p>`;
  }

  /** Points, with a label where there is room for one: the largest first.
   * @param {(date: number) => number} x
   * @param {(log: number) => number} y */
  labels(x, y) {
    /** @type {[number, number, number, number][]} */
    const taken = [];
    const points = this.shown()
      .map(model => ({ model, cx: x(Date.parse(model.released)), cy: y(Math.log10(model[this.measure])) }))
      .sort((one, other) => other.model[this.measure] - one.model[this.measure]);
    points.forEach(({ cx, cy }) => taken.push([cx - 7, cy - 7, cx + 7, cy + 7]));
    const free = box => taken.every(one => box[2] < one[0] || box[0] > one[2] || box[3] < one[1] || box[1] > one[3]);
    return points.map(point => {
      const width = point.model.name.length * 6.6;
      /** @type {[number, number, number, number]} */
      const right = [point.cx + 9, point.cy - 7, point.cx + 9 + width, point.cy + 7];
      /** @type {[number, number, number, number]} */
      const left = [point.cx - 9 - width, point.cy - 7, point.cx - 9, point.cy + 7];
      if (right[2] < this.width - 4 && free(right)) {
        taken.push(right);
        return { ...point, label: { x: point.cx + 9, end: false } };
      }
      if (left[0] > MARGIN.left && free(left)) {
        taken.push(left);
        return { ...point, label: { x: point.cx - 9, end: true } };
      }
      return { ...point, label: undefined };
    });
  }
}

customElements.define('orrery-timeline', OrreryTimeline);
