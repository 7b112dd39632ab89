/**
 * `<orrery-figure formula="61 layers × 576 = 35,136">35,136</orrery-figure>`: a number that shows how it was reckoned, on hover, focus or touch. It is used
 * by the hundred, so it is a plain element, and all of them share one tip.
 */

/** @type {HTMLElement | undefined} */
let tip;
/** @type {HTMLElement | undefined} */
let shown;

function tipElement() {
  if (!tip) {
    tip = document.createElement('div');
    tip.id = 'orrery-tip';
    tip.setAttribute('role', 'tooltip');
    tip.hidden = true;
    document.body.append(tip);
  }
  return tip;
}

/** @param {HTMLElement} figure */
function show(figure) {
  const box = tipElement();
  box.textContent = figure.getAttribute('formula');
  box.hidden = false;
  figure.setAttribute('aria-describedby', box.id);
  shown = figure;
  const around = figure.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const left = Math.min(Math.max(8, around.left), width - box.offsetWidth - 8);
  const above = around.top - box.offsetHeight - 8;
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${above > 8 ? above : around.bottom + 8}px`;
}

function hide() {
  if (!shown) return;
  shown.removeAttribute('aria-describedby');
  shown = undefined;
  tipElement().hidden = true;
}

class OrreryFigure extends HTMLElement {
  connectedCallback() {
    if (this.tabIndex < 0) this.tabIndex = 0;
    this.removeAttribute('title'); // what readers without scripts get
    if (!this.hasAttribute('role')) this.setAttribute('role', 'note');
    this.addEventListener('mouseenter', () => show(this));
    this.addEventListener('focus', () => show(this));
    this.addEventListener('mouseleave', hide);
    this.addEventListener('blur', hide);
    this.addEventListener('keydown', event => {
      if (event.key === 'Escape') hide();
    });
  }

  disconnectedCallback() {
    if (shown === this) hide();
  }
}

addEventListener('scroll', hide, { passive: true, capture: true });
customElements.define('orrery-figure', OrreryFigure);
