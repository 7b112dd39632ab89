/** Reverse mode: kernels that record what they compute, and go through it in reverse for the gradients. */
package orrery.lab.tape;
