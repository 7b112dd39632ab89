import { html } from 'lit';
import { LightElement } from './light.js';
import { read, write } from '../state.js';

const ORDERS = {
  newest: { title: 'newest first', key: card => card.dataset.date, down: true },
  oldest: { title: 'oldest first', key: card => card.dataset.date, down: false },
  largest: { title: 'most parameters', key: card => Number(card.dataset.total), down: true },
  smallest: { title: 'fewest parameters', key: card => Number(card.dataset.total), down: false },
  lightest: { title: 'fewest KV values', key: card => Number(card.dataset.cache), down: false },
  name: { title: 'by name', key: card => card.dataset.name, down: false },
};

/** `<orrery-gallery>`: filters and orders the cards that it holds. */
class OrreryGallery extends LightElement {
  static properties = {
    search: { state: true },
    family: { state: true },
    order: { state: true },
    shown: { state: true },
  };

  constructor() {
    super();
    const state = read();
    this.search = state.search ?? '';
    this.family = state.family ?? '';
    this.order = state.order in ORDERS ? state.order : 'newest';
    /** @type {HTMLElement[]} */
    this.cards = [];
    this.shown = 0;
    /** @type {string[]} */
    this.families = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.cards = /** @type {HTMLElement[]} */ ([...this.querySelectorAll('.card')]);
    this.families = [...new Set(this.cards.map(card => card.dataset.family ?? ''))].sort();
    if (!this.families.includes(this.family)) this.family = '';
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('search') || changed.has('family')) this.filter();
    if (changed.has('order')) this.sort();
    if (this.hasUpdated) {
      write({ search: this.search, family: this.family, order: this.order === 'newest' ? '' : this.order });
    }
  }

  filter() {
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of this.cards) {
      const fits =
        (!this.family || card.dataset.family === this.family) && words.every(word => card.dataset.text?.includes(word));
      card.hidden = !fits;
      if (fits) shown++;
    }
    this.shown = shown;
  }

  sort() {
    const { key, down } = ORDERS[this.order];
    const ordered = [...this.cards].sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      // what has no date comes last in any order
      if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1;
      const up = a < b ? -1 : a > b ? 1 : 0;
      return down ? -up : up;
    });
    this.cards[0]?.parentElement?.append(...ordered);
  }

  render() {
    return html`<form class="filter" role="search" aria-label="Models" @submit=${event => event.preventDefault()}>
      <label class="field grow"><span>Search</span>
        <input type="search" placeholder="name, mechanism, owner …" .value=${this.search}
          @input=${event => (this.search = event.target.value)} /></label>
      <label class="field"><span>Family</span>
        <select @change=${event => (this.family = event.target.value)}>
          <option value="">all</option>
          ${this.families.map(one => html`<option value=${one} ?selected=${one === this.family}>${one}</option>`)}
        </select></label>
      <label class="field"><span>Order</span>
        <select @change=${event => (this.order = event.target.value)}>
          ${Object.entries(ORDERS).map(
            ([name, { title }]) => html`<option value=${name} ?selected=${name === this.order}>${title}</option>`,
          )}
        </select></label>
      <output class="count" aria-live="polite">${this.shown} of ${this.cards.length}</output>
    </form>
    ${this.shown ? '' : html`<p class="empty">No model matches. <button type="button" class="link"
      @click=${() => { this.search = ''; this.family = ''; }}>Show all</button></p>`}`;
  }
}

customElements.define('orrery-gallery', OrreryGallery);
