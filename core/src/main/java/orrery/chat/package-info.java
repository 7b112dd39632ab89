/**
 * How models write reasoning and tool calls: one literal per family, a parser that separates them from text while an
 * answer is generated, and the conversion of messages to what a chat template takes.
 */
package orrery.chat;
