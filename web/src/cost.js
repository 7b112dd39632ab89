// Curves out of what the atlas has reckoned for each model: numbers of one sequence at each context, for each type of cache, scaled by the batch.

/**
 * @typedef {{machine: string, batch: number, cache: string, weights: string}} Settings
 * @typedef {{name: string, title: string, bandwidth: number, flops?: number, memory: number, source: string}} Machine
 * @typedef {{batches: number[], weights: string[], caches: string[], machines: Machine[],
 *   quantities: {name: string, title: string, against: string, ofMachine: boolean}[]}} Choices
 * @typedef {{contexts: number[], held: Record<string, number[]>, read: Record<string, number[]>, tokenFlops: number[], promptFlops: number[],
 *   weights: Record<string, {stored: number, step: number[], prompt: number[]}>}} Curves
 */

/** The unit of each quantity. What quantities there are, the atlas's data say.
 * @type {Record<string, string>} */
export const UNITS = { kv: 'bytes', 'kv-read': 'bytes', bytes: 'bytes', flops: 'flops', time: 'time', prefill: 'flops', first: 'time' };

/**
 * A roofline: whichever takes longer, bytes or operations.
 * @param {Machine} machine
 * @param {number} bytes
 * @param {number} operations
 */
function seconds(machine, bytes, operations) {
  return Math.max(bytes / machine.bandwidth, machine.flops ? operations / machine.flops : 0);
}

/**
 * @param {string} quantity
 * @param {Curves} curves
 * @param {Choices} choices
 * @param {Settings} settings
 * @returns {number[]} along the model's contexts
 */
export function values(quantity, curves, choices, settings) {
  const machine = choices.machines.find(one => one.name === settings.machine) ?? choices.machines[0];
  const { batch } = settings;
  const held = curves.held[settings.cache];
  const read = curves.read[settings.cache];
  const weights = curves.weights[settings.weights];
  const step = weights.step[choices.batches.indexOf(settings.batch)];
  switch (quantity) {
    case 'kv':
      return held.map(bytes => bytes * batch);
    case 'kv-read':
      return read;
    case 'bytes':
      return read.map(bytes => step / batch + bytes);
    case 'flops':
      return curves.tokenFlops;
    case 'time':
      return read.map((bytes, i) => seconds(machine, step + batch * bytes, batch * curves.tokenFlops[i]));
    case 'prefill':
      return curves.promptFlops;
    case 'first':
      return curves.promptFlops.map((flops, i) => seconds(machine, weights.prompt[i], flops));
    default:
      throw new Error(`There is no curve of ${quantity}.`);
  }
}

/**
 * The first context at which weights and cache together exceed a machine's memory: its index, or -1 where all fit.
 * @param {Curves} curves
 * @param {Choices} choices
 * @param {Settings} settings
 */
export function full(curves, choices, settings) {
  const machine = choices.machines.find(one => one.name === settings.machine) ?? choices.machines[0];
  const left = machine.memory - curves.weights[settings.weights].stored;
  return curves.held[settings.cache].findIndex(bytes => bytes * settings.batch > left);
}
