/** Holds a model's outputs against those that a reference implementation recorded. */
package orrery.app.verify;
