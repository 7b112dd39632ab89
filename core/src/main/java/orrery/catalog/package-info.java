/**
 * One file per family: converts a config to a spec, and maps a spec's weight to the file's tensor name. A family
 * refuses what it does not support, by name. Hugging Face's terms are translated only here.
 */
package orrery.catalog;
