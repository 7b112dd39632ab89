/**
 * Models to GGUF files: which tensor becomes what, in which dtype, and what the metadata says. Streams, so that a model
 * may be larger than memory.
 */
package orrery.convert;
