/**
 * Bytes on disk to metadata and named tensors, memory-mapped: config.json and safetensors. Imports
 * {@code orrery.tensor}.
 */
package orrery.format;
