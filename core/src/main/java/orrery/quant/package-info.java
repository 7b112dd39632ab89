/**
 * The block formats of quantised weights: a block's bytes to numbers, exactly to the format's definition, and back.
 * Imports {@code tensor} alone.
 */
package orrery.quant;
