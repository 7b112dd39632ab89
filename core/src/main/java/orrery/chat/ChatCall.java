package orrery.chat;

/**
 * A tool call of an answer.
 *
 * @param arguments a JSON object; only its beginning, if the call is not complete
 * @param complete false if the answer broke off within the call, or what followed is malformed
 */
public record ChatCall(String id, String name, String arguments, boolean complete) {}
