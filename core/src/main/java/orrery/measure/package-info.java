/**
 * How fast a model runs here: weights of any shape and type, steps that are timed, and the machine's ceilings probed
 * beside each.
 */
package orrery.measure;
