/**
 * What an architecture is: records and sealed interfaces, complete and immutable, without weights, I/O or dtypes. It
 * imports no other package of Orrery. Parameter counts, the loader's tensor list, the KV cache's size and the drawings
 * are computed from it.
 */
package orrery.spec;
