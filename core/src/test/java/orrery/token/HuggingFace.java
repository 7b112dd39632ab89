package orrery.token;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.Arrays;

/** Hugging Face's tokenizers library, the reference for Orrery's. A text that it cannot handle may end the process. */
final class HuggingFace implements AutoCloseable {
    private final long handle;

    HuggingFace(String json) {
        LibUtils.checkStatus();
        handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
        TokenizersLibrary.LIB.disableTruncation(handle);
        TokenizersLibrary.LIB.disablePadding(handle);
    }

    String decode(int[] ids) {
        return TokenizersLibrary.LIB.decode(
                handle, Arrays.stream(ids).asLongStream().toArray(), true);
    }

    int[] encode(String text) {
        return encode(text, false);
    }

    int[] encodeWithSpecialTokens(String text) {
        return encode(text, true);
    }

    private int[] encode(String text, boolean special) {
        long encoding = TokenizersLibrary.LIB.encode(handle, Encoder.withoutUnpairedSurrogates(text), special);
        long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
        TokenizersLibrary.LIB.deleteEncoding(encoding);
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public void close() {
        TokenizersLibrary.LIB.deleteTokenizer(handle);
    }
}
