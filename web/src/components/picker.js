import { html } from 'lit';
import { LightElement } from './light.js';

/**
 * `<orrery-picker>`: a search box with a list below it, and what was picked as chips. Keys: down and up walk the list, Enter takes, Escape closes, Backspace in
 * the empty box drops the last chip. Tells of changes with a `picked` event.
 */
class OrreryPicker extends LightElement {
  static properties = {
    models: { attribute: false },
    picked: { attribute: false },
    search: { state: true },
    open: { state: true },
    at: { state: true },
  };

  constructor() {
    super();
    /** @type {{name: string, family: string, layers: string}[]} */
    this.models = [];
    /** @type {string[]} */
    this.picked = [];
    this.search = '';
    this.open = false;
    this.at = 0;
  }

  found() {
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    return this.models.filter(
      one =>
        !this.picked.includes(one.name) &&
        words.every(word => `${one.name} ${one.family} ${one.layers}`.toLowerCase().includes(word)),
    );
  }

  /** @param {string[]} names */
  change(names) {
    this.search = '';
    this.at = 0;
    this.dispatchEvent(new CustomEvent('picked', { detail: names, bubbles: true }));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const matches = this.found();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!this.open) this.open = true;
      else this.at = (this.at + (event.key === 'ArrowDown' ? 1 : matches.length - 1)) % Math.max(1, matches.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (this.open && matches[this.at]) this.change([...this.picked, matches[this.at].name]);
    } else if (event.key === 'Escape') {
      this.open = false;
    } else if (event.key === 'Backspace' && !this.search && this.picked.length) {
      this.change(this.picked.slice(0, -1));
    }
  }

  updated() {
    this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  render() {
    const matches = this.found();
    return html`<div class="picker" @focusout=${event => {
        if (!this.contains(event.relatedTarget)) this.open = false;
      }}>
      <ul class="chips" aria-label="Picked models">${this.picked.map(
        (name, i) => html`<li class="chip chip-${i % 8}"><a href="models/${name}.html">${name}</a><button type="button"
          aria-label="Remove ${name}" @click=${() => this.change(this.picked.filter(one => one !== name))}>×</button></li>`,
      )}</ul>
      <div class="combo">
        <input type="search" role="combobox" aria-label="Add a model" aria-expanded=${this.open} aria-controls="picker-list"
          aria-autocomplete="list" aria-activedescendant=${this.open && matches.length ? `pick-${this.at}` : ''}
          placeholder="Add a model …" autocomplete="off" spellcheck="false" .value=${this.search}
          @focus=${() => (this.open = true)} @click=${() => (this.open = true)} @keydown=${this.key}
          @input=${event => {
            this.search = event.target.value;
            this.open = true;
            this.at = 0;
          }} />
        <ul id="picker-list" role="listbox" aria-label="Models" ?hidden=${!this.open}>
          ${matches.map(
            (one, i) => html`<li id="pick-${i}" role="option" aria-selected=${i === this.at}
              @mousedown=${event => event.preventDefault()} @click=${() => this.change([...this.picked, one.name])}>
              <strong>${one.name}</strong> <span>${one.family}</span></li>`,
          )}
          ${matches.length ? '' : html`<li class="none">no model matches</li>`}
        </ul>
      </div>
    </div>`;
  }
}

customElements.define('orrery-picker', OrreryPicker);
