// Tables and drawings that are wider than the page say so, and scroll by keyboard.

/** @type {WeakSet<Element>} */
const known = new WeakSet();

/** @param {Element} place */
function look(place) {
  if (!(place instanceof HTMLElement)) return;
  const wider = place.scrollWidth > place.clientWidth + 1;
  place.toggleAttribute('data-wider', wider);
  place.toggleAttribute('data-at-end', place.scrollLeft + place.clientWidth >= place.scrollWidth - 2);
  if (wider) {
    place.tabIndex = 0;
    place.setAttribute('role', 'group');
    if (!place.hasAttribute('aria-labelledby')) place.setAttribute('aria-label', 'wider than the page; scrolls sideways');
  } else {
    place.removeAttribute('tabindex');
    place.removeAttribute('role');
    place.removeAttribute('aria-label');
  }
  const hint = place.previousElementSibling;
  const told = hint instanceof HTMLElement && hint.classList.contains('scroll-hint');
  if (wider && !told) {
    const made = document.createElement('p');
    made.className = 'scroll-hint';
    made.textContent = 'scroll sideways for more →';
    made.setAttribute('aria-hidden', 'true');
    place.before(made);
  } else if (told) {
    hint.hidden = !wider;
  }
}

const sizes = new ResizeObserver(entries => entries.forEach(({ target }) => {
  const place = target.closest('.scroll');
  if (place) look(place);
}));

function watch() {
  for (const place of document.querySelectorAll('.scroll')) {
    if (known.has(place)) continue;
    known.add(place);
    sizes.observe(place);
    for (const child of place.children) sizes.observe(child);
    place.addEventListener('scroll', () => look(place), { passive: true });
  }
}

new MutationObserver(watch).observe(document.documentElement, { childList: true, subtree: true });
watch();

export {};
