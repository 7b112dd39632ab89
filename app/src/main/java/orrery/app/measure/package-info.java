/** The perplexity of models on a text, and how much two models differ on it. */
package orrery.app.measure;
