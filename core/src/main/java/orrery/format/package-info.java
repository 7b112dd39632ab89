/**
 * Reads files into metadata and named, memory-mapped tensors, and writes them: config.json, safetensors and GGUF.
 * Imports {@code orrery.tensor}.
 */
package orrery.format;
