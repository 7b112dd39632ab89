// What a person picked stands in the address, behind the #, so that a link shows the same to others. Behind a ? it is read, too.

/** @returns {Record<string, string>} */
export function read() {
  /** @type {Record<string, string>} */
  const state = {};
  for (const part of [location.search, location.hash]) {
    new URLSearchParams(part.slice(1)).forEach((value, key) => (state[key] = value));
  }
  return state;
}

/**
 * Replaces the state, without a step of the history and without a jump.
 * @param {Record<string, string | undefined>} state
 */
export function write(state) {
  const text = Object.entries(state)
    .filter(([, value]) => value)
    .map(([key, value]) => `${key}=${encodeURIComponent(value ?? '').replaceAll('%2C', ',')}`)
    .join('&');
  // What stood behind a ? is in the text now, where it may change.
  history.replaceState(null, '', location.pathname + (text ? `#${text}` : ''));
}
