/**
 * How models write thoughts and tool calls: one literal for each family, a parser that tells them from text while an
 * answer is made, and the way back, from messages to what a chat template takes.
 */
package orrery.chat;
