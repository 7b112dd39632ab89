/** What a tensor is: a dtype, a shape, and memory owned elsewhere. Imports nothing of ours. */
package orrery.tensor;
