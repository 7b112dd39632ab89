package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/**
 * Brings the native library of Hugging Face's engine out of DJL's jar and into the process.
 *
 * <p>DJL has a loader of its own. It first looks for a GPU, through a second native library, which took 90 ms of
 * processor time of every start where loading the engine takes one; and it drops the reason where it cannot unpack.
 * Unpacked files are shared with it: they lie where DJL would put them.
 */
final class EngineLibrary {
    private static final String RESOURCES = "/native/lib/";
    private static boolean loaded;

    private EngineLibrary() {}

    /** @throws TokenizerException if this machine is of a kind that DJL has no library for, or refuses to load it */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        String platform = platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        boolean windows = platform.startsWith("win");
        // Windows finds the libraries that a library needs only among those that are loaded already.
        List<String> names = windows
                ? List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll")
                : List.of(System.mapLibraryName("tokenizers"));
        try {
            Path directory = unpacked(platform, names);
            for (String name : names) {
                System.load(directory.resolve(name).toAbsolutePath().toString());
            }
        } catch (IOException failed) {
            throw new TokenizerException(
                    "Hugging Face's tokenizer engine cannot be unpacked: " + failed + "; set the environment variable"
                            + " DJL_CACHE_DIR to a directory that can be written",
                    failed);
        } catch (UnsatisfiedLinkError failed) {
            throw new TokenizerException(
                    "Hugging Face's tokenizer engine cannot be loaded: " + failed.getMessage()
                            + ". On Linux it needs glibc"
                            + " 2.34 or newer, and a directory that programs may be run from: the environment variable"
                            + " DJL_CACHE_DIR can name one; where the file is damaged, delete it",
                    failed);
        }
        loaded = true;
    }

    /** DJL's name of a kind of machine. */
    static String platform(String system, String processor) {
        String name = system.toLowerCase(Locale.ROOT);
        String kind = name.startsWith("linux") ? "linux" : name.startsWith("mac") ? "osx" : "win";
        String known = kind + "-" + (processor.equals("amd64") ? "x86_64" : processor);
        if (!List.of("linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64")
                        .contains(known)
                || (kind.equals("win") && !name.startsWith("win"))) {
            throw new TokenizerException("Hugging Face's tokenizer engine does not run on " + system + " " + processor
                    + ", only on Linux (x86-64, aarch64), macOS (aarch64) and Windows (x86-64)");
        }
        return known;
    }

    private static Path unpacked(String platform, List<String> names) throws IOException {
        String version;
        try (InputStream properties = resource("tokenizers.properties")) {
            version = new String(properties.readAllBytes(), UTF_8).strip().replaceFirst("^version=", "");
        }
        String directory = version + "-cpu-" + platform;
        String cache = System.getenv("DJL_CACHE_DIR");
        if (cache != null && !cache.isEmpty()) {
            return unpack(platform, names, Path.of(cache, "tokenizers", directory));
        }
        Path home = Path.of(System.getProperty("user.home"), ".djl.ai", "tokenizers", directory);
        try {
            return unpack(platform, names, home);
        } catch (IOException notAtHome) {
            // A directory of a fixed name in the shared temporary one could have been put there by anybody.
            Path temporary = Files.createTempDirectory("orrery-tokenizers");
            Path unpacked = unpack(platform, names, temporary);
            temporary.toFile().deleteOnExit();
            names.forEach(name -> unpacked.resolve(name).toFile().deleteOnExit());
            return unpacked;
        }
    }

    private static Path unpack(String platform, List<String> names, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String name : names) {
            Path target = directory.resolve(name);
            if (Files.exists(target)) {
                continue;
            }
            Path part = Files.createTempFile(directory, name, ".part");
            try (InputStream library = resource(platform + "/cpu/" + name)) {
                Files.copy(library, part, StandardCopyOption.REPLACE_EXISTING);
                // Another process may be doing the same; whichever file wins is whole.
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException alreadyThere) {
                continue;
            } finally {
                Files.deleteIfExists(part);
            }
        }
        return directory;
    }

    private static InputStream resource(String name) throws IOException {
        InputStream stream = TokenizersLibrary.class.getResourceAsStream(RESOURCES + name);
        if (stream == null) {
            throw new IOException("the tokenizers jar has no " + RESOURCES + name);
        }
        return stream;
    }
}
