package orrery.engine;

/**
 * A conversation in the model's chat template.
 *
 * @param ids its tokens, ready for the answer; control tokens spelled in messages are plain text
 * @param text the same for people; control tokens spelled in messages look like the template's
 */
@SuppressWarnings("ArrayRecordComponent") // a record of ids, never compared
public record RenderedPrompt(int[] ids, String text) {}
