// What a person picked stands in the address, behind the #, so that a link shows the same to others.

/** @returns {Record<string, string>} */
export function read() {
  /** @type {Record<string, string>} */
  const state = {};
  new URLSearchParams(location.hash.slice(1)).forEach((value, key) => (state[key] = value));
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
  history.replaceState(null, '', text ? `#${text}` : location.pathname + location.search);
}
