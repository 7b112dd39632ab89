/**
 * What an architecture is: records and sealed interfaces, complete and immutable, with no weights, no I/O and no dtype.
 * Imports nothing of ours. Parameter counts, the loader's check list, KV memory and the drawings follow from it by
 * arithmetic.
 */
package orrery.spec;
