/**
 * One file per family: metadata to spec, and spec weight to the file's tensor name. What a family does not understand
 * it refuses by name. Hugging Face's words are translated here and nowhere else.
 */
package orrery.catalog;
