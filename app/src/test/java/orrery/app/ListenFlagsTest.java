package orrery.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code serve} says of options that could never work. */
class ListenFlagsTest {
    private static final String DEMO = Path.of("..", "demo-model").toString();

    @Test
    void aFileOfKeysThatCannotBeReadIsNamed(@TempDir Path folder) throws IOException {
        Path none = folder.resolve("none");
        assertThat(Cli.run("serve", "--model", DEMO, "--api-key-file", none.toString())
                        .err())
                .contains("there is no file of API keys at " + none);
        Path binary = Files.write(folder.resolve("keys"), new byte[] {(byte) 0xff});
        assertThat(Cli.run("serve", "--model", DEMO, "--api-key-file", binary.toString())
                        .err())
                .contains(binary + " is not UTF-8 text, expected API keys, one a line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat.example.org", "https://chat.example.org/", "https://Chat.example.org", "https://"})
    void anOriginThatNoBrowserSendsIsRefused(String origin) {
        assertThat(Cli.run("serve", "--model", DEMO, "--cors-origin", origin).err())
                .contains("--cors-origin is " + origin + ", expected what a browser sends");
    }

    @Test
    void aNameWithoutAModelIsRefused() {
        assertThat(Cli.run("serve", "--model", "a=").err()).contains("--model a= names no model, expected NAME=MODEL");
    }
}
