/**
 * A model's drawing: a click or Enter on attention, feed-forward or experts opens its inside in place, over the drawing. Other boxes are links, as these are to those
 * who hold a key for another tab.
 */

/** @type {{close: () => void} | undefined} */
let shown;

/** @param {Element} link @param {HTMLElement} inside */
function open(link, inside) {
  const around = link.closest('.wide');
  const content = inside.querySelector('.scroll');
  if (!(around instanceof HTMLElement) || !content) return;
  shown?.close();
  const name = inside.querySelector('summary')?.textContent ?? '';
  const panel = document.createElement('div');
  panel.className = 'opened';
  panel.setAttribute('role', 'dialog');
  panel.setAttribute('aria-label', name);
  const more = document.createElement('a');
  more.href = link.getAttribute('href') ?? '';
  more.textContent = 'About this mechanism';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = 'Close';
  const bar = document.createElement('p');
  const strong = document.createElement('strong');
  strong.textContent = name;
  bar.append(strong, more, button);
  panel.append(bar, content);
  around.append(panel);
  const box = link.getBoundingClientRect();
  const place = around.getBoundingClientRect();
  // Over the lower part of its box, and not beyond the drawing where that can be helped.
  panel.style.top = `${Math.max(0, Math.min(box.top - place.top + 36, place.height - panel.offsetHeight))}px`;
  panel.style.left = `${Math.max(0, Math.min(box.left - place.left, place.width - panel.offsetWidth))}px`;
  const close = () => {
    inside.append(content);
    panel.remove();
    shown = undefined;
    if (link instanceof SVGElement) link.focus({ preventScroll: true });
  };
  shown = { close };
  button.addEventListener('click', close);
  panel.addEventListener('keydown', event => {
    if (event.key === 'Escape') close();
  });
  button.focus({ preventScroll: true });
  panel.scrollIntoView({ block: 'nearest' });
}

addEventListener('click', event => {
  const target = event.target instanceof Element ? event.target : undefined;
  const link = target?.closest('.drawing a[data-role]');
  if (shown && !target?.closest('.opened')) shown.close();
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const inside = document.getElementById(`inside-${link.getAttribute('data-role')}`);
  if (!inside) return;
  event.preventDefault();
  open(link, inside);
});

export {};
