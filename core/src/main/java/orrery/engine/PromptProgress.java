package orrery.engine;

/**
 * Progress of a prompt's prefill.
 *
 * @param total tokens of the prompt
 * @param cached how many of them were in the prefix cache
 * @param processed how many of them are in the cache now, including the cached ones
 * @param nanos since the first step that the prompt took part in
 */
public record PromptProgress(int total, int cached, int processed, long nanos) {}
