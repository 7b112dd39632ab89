/** Tokenizers and chat templates: text to token ids and back, messages to text. */
package orrery.token;
