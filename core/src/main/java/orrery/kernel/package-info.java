/**
 * All operations that a model needs: the kernels' interface, the rows of one forward pass, the memory of the KV cache,
 * the scalar reference, and the choice of a backend. Nothing here depends on a layer or an architecture.
 */
package orrery.kernel;
