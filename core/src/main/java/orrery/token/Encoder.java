package orrery.token;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
        load();
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

    private static void load() {
        // Both are read when the library loads: offline keeps it from the network (it would fetch a CUDA build, and
        // report the instance it runs on), the flavour from looking for a GPU.
        setUnlessSet("ai.djl.offline", "true", "DJL_OFFLINE");
        setUnlessSet("RUST_FLAVOR", "cpu", "RUST_FLAVOR");
        try {
            LibUtils.checkStatus();
        } catch (RuntimeException | LinkageError failed) {
            Path cache = Utils.getEngineCacheDir();
            throw new TokenizerException(
                    "Hugging Face's tokenizer engine cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + ": "
                            + unusable(cache).orElseGet(() -> reason(failed))
                            + ". It unpacks its library into " + cache
                            + "; where that cannot be written or executed, set"
                            + " the environment variable DJL_CACHE_DIR to a directory that can. It needs Linux on x86-64 or"
                            + " aarch64 with glibc 2.34 or newer, macOS on arm64, or Windows on x86-64",
                    failed);
        }
    }

    /** DJL drops the reason why it could not unpack its library, and then misses the library. */
    private static Optional<String> unusable(Path cache) {
        try {
            Files.delete(Files.createTempFile(Files.createDirectories(cache), "try", ""));
            return Optional.empty();
        } catch (IOException failed) {
            return Optional.of("the directory " + cache + " cannot be written (" + failed + ")");
        }
    }

    private static String reason(Throwable failed) {
        Throwable deepest = failed;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.toString();
    }

    private static void setUnlessSet(String property, String value, String environment) {
        if (System.getProperty(property) == null && System.getenv(environment) == null) {
            System.setProperty(property, value);
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
