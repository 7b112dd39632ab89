// The site is opened from a disk as often as from a server, and from a disk a page may not fetch. So data are scripts that
// register what they hold, and are asked for by a script element.

/** @type {Map<string, Promise<any>>} */
const asked = new Map();
/** @type {Map<string, (value: any) => void>} */
const waiting = new Map();

/** Where the site begins, seen from this page: "" or "../". */
export const root = document.documentElement.dataset.root ?? '';

/**
 * Called by the data scripts.
 * @param {string} name
 * @param {any} value
 */
function register(name, value) {
  const answer = waiting.get(name);
  if (answer) {
    waiting.delete(name);
    answer(value);
  }
}

Object.assign(globalThis, { orreryAtlas: { register } });

/**
 * The data of that name, loaded once.
 * @param {string} name such as "catalog" or "models/deepseek-v3"
 * @returns {Promise<any>}
 */
export function load(name) {
  const before = asked.get(name);
  if (before) return before;
  const promise = new Promise((resolve, reject) => {
    waiting.set(name, resolve);
    const script = document.createElement('script');
    script.src = `${root}data/${name}.js`;
    script.onload = () => script.remove();
    script.onerror = () => {
      asked.delete(name);
      reject(new Error(`The atlas has no data called ${name}.`));
    };
    document.head.append(script);
  });
  asked.set(name, promise);
  return promise;
}
