package orrery.engine;

import java.util.Optional;

/**
 * One token of an answer.
 *
 * @param id its id; {@link orrery.token.Tokenizer#bytesOf} has its bytes, and {@link orrery.token.Tokenizer#isSpecial}
 *     says whether it is a control token, which has no text
 * @param text the text that this token completed; empty for a control token, and while half a character or the
 *     beginning of a stop string waits for the next token
 * @param logprobs its log probabilities; empty unless requested: {@link Request#withLogprobs}
 */
public record GeneratedToken(int id, String text, Optional<TokenLogprobs> logprobs) {}
