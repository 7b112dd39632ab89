/** How likely models find a text, and how far apart two models are on it. */
package orrery.app.measure;
