/** What a tensor is: a dtype, a shape, and memory that somebody else owns. Imports nothing of ours. */
package orrery.tensor;
