package orrery.chat;

/**
 * A tool call of an answer.
 *
 * @param arguments a JSON object; only its beginning, if the call is not complete
 * @param complete false if the answer ended within the call, or the rest is malformed
 */
public record ChatCall(String id, String name, String arguments, boolean complete) {}
