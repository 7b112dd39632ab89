package orrery.engine;

/**
 * A conversation in a model's own template.
 *
 * @param ids its tokens, ready for the answer; control tokens that messages spell are plain text in them
 * @param text the same for people; control tokens that messages spell look like the template's
 */
@SuppressWarnings("ArrayRecordComponent") // a record of ids, never compared
public record RenderedPrompt(int[] ids, String text) {}
