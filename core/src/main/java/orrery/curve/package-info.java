/** What a model demands of a machine, by context length. */
package orrery.curve;
