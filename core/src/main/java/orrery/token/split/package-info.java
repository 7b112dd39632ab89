/**
 * Where a regular expression cuts a text: in linear time for those of released tokenizers, with bounded work for any
 * other.
 */
package orrery.token.split;
