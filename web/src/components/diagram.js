/**
 * A model's drawing: a click or Enter on attention, feed-forward or experts opens its inside below the drawing, where the atlas has one. Other boxes are links.
 */
function open(event) {
  const link = event.target instanceof Element ? event.target.closest('.drawing a[data-role]') : undefined;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const inside = document.getElementById(`inside-${link.getAttribute('data-role')}`);
  if (!(inside instanceof HTMLDetailsElement)) return;
  event.preventDefault();
  inside.open = true;
  const summary = inside.querySelector('summary');
  summary?.focus({ preventScroll: true });
  inside.scrollIntoView({ block: 'nearest', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
}

addEventListener('click', open);
