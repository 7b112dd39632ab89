/** Converts text to token ids and back, as the model's own files define it. */
package orrery.token;
