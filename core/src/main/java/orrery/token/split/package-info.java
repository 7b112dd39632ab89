/**
 * Splits a text by a regular expression: in linear time for the expressions of released tokenizers, with bounded work
 * for any other.
 */
package orrery.token.split;
