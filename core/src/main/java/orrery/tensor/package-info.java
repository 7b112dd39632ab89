/** What a tensor is: a dtype, a shape, and memory owned elsewhere. It imports no other package of Orrery. */
package orrery.tensor;
