package orrery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the committed bundle with its sources, without Node. */
final class AtlasBundleTest {
    private static final Path WEB = Checkout.root().resolve("web");
    private static final Path BUNDLE =
            Checkout.root().resolve(Path.of("core", "src", "main", "resources", "orrery", "atlas"));
    private static final Pattern HASHES = Pattern.compile("sources ([0-9a-f]{64})\ncontent ([0-9a-f]{64}) \\*/\n");
    private static final int MOST_BYTES = 120_000;

    @ParameterizedTest
    @ValueSource(strings = {"atlas.js", "atlas.css"})
    void theCommittedBundleIsMadeFromTheseSourcesAndUnchangedSince(String name) throws IOException {
        String text = Files.readString(BUNDLE.resolve(name));
        var hashes = HASHES.matcher(text);

        assertThat(hashes.find()).as("%s begins with hashes", name).isTrue();
        assertThat(hashes.group(1))
                .as("the sources in web/; run web/build after changing them")
                .isEqualTo(sources());
        assertThat(hashes.group(2))
                .as("what follows the hashes in %s; it is made by web/build, not by hand", name)
                .isEqualTo(hash(text.substring(hashes.end()).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theBundleIsOneClassicScriptThatFetchesNothing() throws IOException {
        String script = Files.readString(BUNDLE.resolve("atlas.js"));

        assertThat(script.length()).isLessThan(MOST_BYTES);
        assertThat(script)
                .doesNotContainPattern("(^|[;}\\n])\\s*(import|export)[\\s{*]")
                .doesNotContain("fetch(", "XMLHttpRequest", "WebSocket", "import(");
    }

    @Test
    void whatTheBundleIsMadeWithIsGivenWithItsLicence() throws IOException {
        String lock = Files.readString(WEB.resolve("package-lock.json"));
        String licences = Files.readString(BUNDLE.resolve("licences.txt"));

        for (var name : List.of("lit", "lit-html", "lit-element", "@lit/reactive-element", "uplot")) {
            var version = Pattern.compile("\"node_modules/" + name + "\": \\{\\s+\"version\": \"([^\"]+)\"")
                    .matcher(lock);
            assertThat(version.find()).as("%s is in the lock file", name).isTrue();
            assertThat(licences).contains(name + " " + version.group(1) + " (");
        }
        assertThat(licences).contains("BSD 3-Clause License", "The MIT License (MIT)");
    }

    /** As web/bundle.js does it. */
    private static String sources() throws IOException {
        try (Stream<Path> files = Files.walk(WEB.resolve("src"))) {
            var paths = Stream.concat(
                            files.filter(Files::isRegularFile)
                                    .map(file -> WEB.relativize(file).toString().replace('\\', '/')),
                            Stream.of("bundle.js", "package-lock.json"))
                    .sorted()
                    .toList();
            var digest = sha256();
            for (var path : paths) {
                digest.update((path + "\n").getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(WEB.resolve(path)));
                digest.update((byte) '\n');
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
