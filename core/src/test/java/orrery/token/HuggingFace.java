package orrery.token;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.Arrays;

/** Hugging Face's engine, asked directly. */
final class HuggingFace implements AutoCloseable {
    private final long handle;

    HuggingFace(String json) {
        EngineLibrary.load();
        handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
        TokenizersLibrary.LIB.disableTruncation(handle);
        TokenizersLibrary.LIB.disablePadding(handle);
    }

    String decode(int[] ids) {
        return TokenizersLibrary.LIB.decode(
                handle, Arrays.stream(ids).asLongStream().toArray(), true);
    }

    int[] encode(String text) {
        long encoding = TokenizersLibrary.LIB.encode(handle, text, false);
        int[] ids = Arrays.stream(TokenizersLibrary.LIB.getTokenIds(encoding))
                .mapToInt(Math::toIntExact)
                .toArray();
        TokenizersLibrary.LIB.deleteEncoding(encoding);
        return ids;
    }

    @Override
    public void close() {
        TokenizersLibrary.LIB.deleteTokenizer(handle);
    }
}
