import { html } from 'lit';
import { load, root } from '../data.js';
import { LightElement } from './light.js';

/** `<orrery-model name>`: adds to a model's page what needs a script, a way to compare it with any other. */
class OrreryModel extends LightElement {
  static properties = { name: {}, models: { state: true } };

  constructor() {
    super();
    /** @type {{name: string}[]} */
    this.models = [];
    this.name = '';
  }

  connectedCallback() {
    super.connectedCallback();
    load('catalog').then(catalog => (this.models = catalog.models));
  }

  /** @returns {HTMLElement} */
  createRenderRoot() {
    const place = document.createElement('div');
    place.className = 'compare-with';
    this.querySelector('[aria-labelledby="beside"]')?.append(place);
    return place;
  }

  render() {
    return html`<label class="field"><span>with any other</span>
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
