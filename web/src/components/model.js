import { html, render as draw } from 'lit';
import { load, root } from '../data.js';
import { columns } from './columns.js';
import { LightElement } from './light.js';

/**
 * `<orrery-model name>`: adds to a model's page what needs a script: a way to compare it with another model, and on a narrow screen the drawing in a layout of its own.
 */
class OrreryModel extends LightElement {
  static properties = { name: {}, models: { state: true } };

  constructor() {
    super();
    /** @type {{name: string}[]} */
    this.models = [];
    this.name = '';
    this.narrow = matchMedia('(max-width: 40rem)');
    this.fit = () => this.layOut();
  }

  connectedCallback() {
    super.connectedCallback();
    load('catalog').then(catalog => (this.models = catalog.models));
    this.narrow.addEventListener('change', this.fit);
    this.fit();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.narrow.removeEventListener('change', this.fit);
  }

  /** A drawing beside a wide one, as narrow as a telephone; the style sheet shows one of the two. */
  async layOut() {
    const wide = this.querySelector('.wide');
    if (!this.narrow.matches || !wide || wide.querySelector('.narrow')) return;
    const place = document.createElement('div');
    place.className = 'narrow drawing';
    wide.append(place);
    const [catalog, model] = await Promise.all([load('catalog'), load(`models/${this.name}`)]);
    draw(columns([model], catalog.slots, false, root), place);
    wide.classList.add('has-narrow');
  }

  /** @returns {HTMLElement} */
  createRenderRoot() {
    const place = document.createElement('div');
    place.className = 'compare-with';
    this.querySelector('[aria-labelledby="beside"]')?.append(place);
    return place;
  }

  render() {
    return html`<label class="field"><span>with another model</span>
      <select @change=${this.go}>
        <option value="">pick a model …</option>
        ${this.models.filter(one => one.name !== this.name).map(one => html`<option>${one.name}</option>`)}
      </select></label>`;
  }

  /** @param {Event} event */
  go(event) {
    const other = /** @type {HTMLSelectElement} */ (event.target).value;
    if (other) location.href = `${root}compare.html#models=${this.name},${other}`;
  }
}

customElements.define('orrery-model', OrreryModel);
