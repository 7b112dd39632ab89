import { LitElement } from 'lit';

/**
 * A component without a shadow: the site has one style sheet, which prints, and text that is found and selected as any other. What the page
 * holds within the component stays, and is what readers without scripts see.
 */
export class LightElement extends LitElement {
  /** @returns {HTMLElement} */
  createRenderRoot() {
    const place = this.querySelector(':scope > [data-rendered]');
    if (place instanceof HTMLElement) return place;
    const made = document.createElement('div');
    made.dataset.rendered = '';
    this.prepend(made);
    return made;
  }
}
