package orrery.engine;

/**
 * How far a prompt has been read.
 *
 * @param total tokens of the prompt
 * @param cached how many of them were known and are not computed
 * @param processed how many of them are known now, the cached ones among them
 * @param nanos since the first step that it took part in
 */
public record PromptProgress(int total, int cached, int processed, long nanos) {}
