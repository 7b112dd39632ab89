/**
 * Converts models to GGUF files: the tensors, their dtypes and the metadata. It streams, so a model may be larger than
 * memory.
 */
package orrery.convert;
