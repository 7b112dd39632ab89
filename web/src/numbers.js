// Numbers as people read them: the same forms as on the printed cards.

/**
 * Three significant digits.
 * @param {number} value
 */
function digits(value) {
  if (value === 0) return '0';
  return value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/**
 * @param {number} value
 * @param {number} base
 * @param {string[]} units
 */
function scaled(value, base, units) {
  let at = 0;
  while (value >= base * 0.9995 && at < units.length - 1) {
    value /= base;
    at++;
  }
  const number = at === 0 && Number.isInteger(value) ? String(value) : digits(value);
  return units[at] ? `${number} ${units[at]}` : number;
}

/** @param {number} value */
export const exact = value => Math.round(value).toLocaleString('en-US');

/** @param {number} value */
export const bytes = value => scaled(value, 1024, ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);

/** @param {number} value */
export const flops = value => scaled(value, 1000, ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP']);

/** Parameters: 27.0B.
 * @param {number} value */
export const rounded = value => scaled(value, 1000, ['', 'K', 'M', 'B', 'T']).replace(' ', '');

/** Contexts are powers of two more often than not: 128k.
 * @param {number} value */
export function tokens(value) {
  if (value >= 1024 && value % 1024 === 0) {
    return value >= 1 << 20 && value % (1 << 20) === 0 ? `${value >> 20}M` : `${exact(value / 1024)}k`;
  }
  return exact(value);
}

/** @param {number} seconds */
export function time(seconds) {
  if (seconds >= 1) return `${digits(seconds)} s`;
  if (seconds >= 1e-3) return `${digits(seconds * 1e3)} ms`;
  return seconds === 0 ? '0' : `${digits(seconds * 1e6)} µs`;
}
