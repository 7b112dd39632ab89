/** Compares a model's outputs with those that a reference implementation recorded. */
package orrery.app.verify;
