/**
 * Everything that a model asks of a machine: the operations, the rows of one forward pass, the memory of the past, the
 * scalar reference, and how a place to compute is found. Nothing here knows a layer or an architecture.
 */
package orrery.kernel;
