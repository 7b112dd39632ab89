/**
 * How fast a model runs on this machine: weights of any shape and type, timed steps, and the machine's ceilings probed
 * next to each.
 */
package orrery.measure;
