/** Text to token ids and back, as the model's own files say. */
package orrery.token;
