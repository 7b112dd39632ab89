import { html } from 'lit';
import { LightElement } from './light.js';

const CHOICES = ['auto', 'light', 'dark'];
const KEY = 'orrery-theme';

/** Some browsers refuse to remember anything for a page from a disk. */
function remembered() {
  try {
    const choice = localStorage.getItem(KEY) ?? 'auto';
    return CHOICES.includes(choice) ? choice : 'auto';
  } catch {
    return 'auto';
  }
}

/** @param {string} choice */
function apply(choice) {
  if (choice === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

apply(remembered());

/** `<orrery-theme>`: as the system has it, light, or dark. */
class OrreryTheme extends LightElement {
  static properties = { choice: { state: true } };

  constructor() {
    super();
    this.choice = remembered();
  }

  next() {
    this.choice = CHOICES[(CHOICES.indexOf(this.choice) + 1) % CHOICES.length];
    apply(this.choice);
    try {
      localStorage.setItem(KEY, this.choice);
    } catch {
      // it holds for this page alone
    }
    dispatchEvent(new CustomEvent('orrery-theme'));
  }

  render() {
    return html`<button type="button" class="quiet" @click=${this.next} aria-label="Colours: ${this.choice}. Change.">
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.4" />
      <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" /></svg><span>${this.choice}</span></button>`;
  }
}

customElements.define('orrery-theme', OrreryTheme);
