/** What a model asks of a machine, against the length of its context. */
package orrery.curve;
