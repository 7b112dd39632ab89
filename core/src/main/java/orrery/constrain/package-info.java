/**
 * Grammars that an answer must follow: JSON Schema, GBNF, regular expressions and lists of choices as one form (regular
 * lexemes below, context-free rules above), and which tokens of a vocabulary may come next.
 */
package orrery.constrain;
