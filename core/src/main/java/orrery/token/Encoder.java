package orrery.token;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One instance of Hugging Face's engine. It is called below DJL's own wrapper, which would copy seven more arrays per
 * text, truncate at 512 tokens unless told otherwise, and report to its makers.
 *
 * <p>Many threads may encode at once. The lock keeps a {@link #close()} from freeing what another thread still reads.
 */
final class Encoder implements AutoCloseable {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final String where;
    private long handle;

    /** @param json the text of a tokenizer.json that was checked: the engine ends the process over some corrupt ones */
    Encoder(String json, String where) {
        this.where = where;
        EngineLibrary.load();
        try {
            handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
        } catch (RuntimeException refused) {
            throw new TokenizerException(
                    where + " was refused by Hugging Face's engine: " + refused.getMessage(), refused);
        }
        TokenizersLibrary.LIB.disableTruncation(handle);
        TokenizersLibrary.LIB.disablePadding(handle);
    }

    /**
     * The text's ids. Unpaired surrogates become U+FFFD: they are no characters, and one of them would spoil the whole
     * text on its way to the engine.
     */
    long[] encode(String text, boolean addSpecialTokens) {
        String whole = withoutUnpairedSurrogates(text);
        lock.readLock().lock();
        try {
            if (handle == 0) {
                throw new IllegalStateException("the tokenizer is closed");
            }
            long encoding = TokenizersLibrary.LIB.encode(handle, whole, addSpecialTokens);
            try {
                return TokenizersLibrary.LIB.getTokenIds(encoding);
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } catch (IllegalStateException closed) {
            throw closed;
        } catch (RuntimeException refused) {
            throw new TokenizerException(
                    where + ": Hugging Face's engine cannot encode: " + refused.getMessage(), refused);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (handle != 0) {
                TokenizersLibrary.LIB.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    static String withoutUnpairedSurrogates(String text) {
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (isSurrogate(codePoint)) {
                return text.codePoints()
                        .map(each -> isSurrogate(each) ? 0xFFFD : each)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
            i += Character.charCount(codePoint);
        }
        return text;
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
