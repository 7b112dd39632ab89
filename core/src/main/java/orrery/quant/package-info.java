/**
 * The block formats of quantized weights: decodes blocks exactly as the formats define, and encodes them. Imports only
 * {@code tensor}.
 */
package orrery.quant;
