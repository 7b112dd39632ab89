/** Weights bound to a spec, the blocks, and the one forward pass that runs every architecture. */
package orrery.model;
