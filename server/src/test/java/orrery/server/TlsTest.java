package orrery.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orrery.OrreryException;
import orrery.engine.EngineOptions;
import orrery.engine.LoadListener;

/** HTTPS, and what is said of certificates and keys that do not serve. */
class TlsTest {
    private static final String CHAT =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":3,\"temperature\":0,\"stream\":true}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static TestCertificate rsa;

    @SuppressWarnings("NullAway.Init")
    private static TestCertificate elliptic;

    @BeforeAll
    static void makeCertificates() {
        rsa = TestCertificate.make(folder, "rsa", "-keyalg", "RSA", "-keysize", "2048");
        elliptic = TestCertificate.make(folder, "elliptic", "-keyalg", "EC", "-groupname", "secp256r1");
    }

    private static HttpResponse<String> ask(ServerFixture fixture, String protocol) throws Exception {
        var parameters = new SSLParameters();
        parameters.setProtocols(new String[] {protocol});
        try (var client = HttpClient.newBuilder()
                .sslContext(rsa.trusting())
                .sslParameters(parameters)
                .connectTimeout(ServerFixture.PATIENCE)
                .build()) {
            return client.send(
                    HttpRequest.newBuilder(fixture.server.address().resolve("/v1/chat/completions"))
                            .timeout(ServerFixture.PATIENCE)
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(CHAT, UTF_8))
                            .build(),
                    HttpResponse.BodyHandlers.ofString(UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aServerWithACertificateAnswersAndStreamsOverHttps(String protocol) throws Exception {
        try (var fixture = ServerFixture.start(2, options -> options.withTls(rsa.tls()))) {
            assertThat(fixture.server.address()).hasScheme("https");

            var answer = ask(fixture, protocol);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).endsWith("data: [DONE]\n\n");
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
        }
    }

    @Test
    void aServerWithACertificateDoesNotAnswerInTheClear() {
        try (var fixture = ServerFixture.start(2, options -> options.withTls(elliptic.tls()));
                var wire = fixture.wire()) {
            wire.send(Wire.head("GET /health HTTP/1.1\nHost: localhost\nConnection: close"));
            assertThat(wire.readToEnd()).doesNotContain("HTTP/1.1", "ok");
        }
    }

    @Test
    void keysAreReadInAllFormsThatProgramsWriteThem() throws IOException {
        assertThat(rsa.tls().chain()).hasSize(1);
        assertThat(elliptic.tls().chain()).hasSize(1);
        assertThat(TestCertificate.make(folder, "edwards", "-keyalg", "Ed25519").tls())
                .hasToString("Tls[CN=edwards]");
        // PKCS#8 holds the older form after its own head, whose length follows from the sizes.
        assertThat(Tls.read(rsa.file(), rsa.olderKey(folder.resolve("1.key"), "RSA PRIVATE KEY", 26))
                        .key())
                .isEqualTo(rsa.tls().key());
        assertThat(Tls.read(elliptic.file(), elliptic.olderKey(folder.resolve("2.key"), "EC PRIVATE KEY", 28))
                        .key())
                .isEqualTo(elliptic.tls().key());
    }

    @Test
    void aFileThatDoesNotServeIsNamedWithWhatWasExpected() throws IOException {
        refused(rsa.file(), folder.resolve("nothing"), "there is no private key file " + folder.resolve("nothing"));
        refused(folder.resolve("nothing"), rsa.keyFile(), "there is no certificate file");
        refused(rsa.keyFile(), rsa.keyFile(), "holds no certificate, expected PEM");
        refused(rsa.file(), rsa.file(), "holds no private key, expected PEM");
        refused(folder, rsa.keyFile(), "the certificate cannot be read");
        refused(rsa.file(), elliptic.keyFile(), "cannot be read as one of the certificate's kind, RSA");
        var other = TestCertificate.make(folder, "other", "-keyalg", "EC", "-groupname", "secp256r1");
        refused(
                elliptic.file(),
                other.keyFile(),
                "does not belong to the first certificate in " + elliptic.file() + ", which is of CN=elliptic");
        refused(
                rsa.file(),
                TestCertificate.pem(folder.resolve("3.key"), "ENCRYPTED PRIVATE KEY", rsa.key()),
                "is encrypted, expected one that is not");
        refused(
                rsa.file(),
                TestCertificate.pem(folder.resolve("4.key"), "PRIVATE KEY", new byte[] {0x30, 1}),
                "cannot be read as one of the certificate's kind");
        refused(
                TestCertificate.pem(folder.resolve("5.crt"), "CERTIFICATE", new byte[] {0x30, 1}),
                rsa.keyFile(),
                "cannot be read");
        refused(
                Files.writeString(
                        folder.resolve("6.crt"), Files.readString(rsa.file()) + Files.readString(elliptic.file())),
                rsa.keyFile(),
                "certificate 2 in " + folder.resolve("6.crt") + " is not of CN=rsa, who issued certificate 1");
    }

    private static void refused(Path certificate, Path key, String why) {
        assertThatThrownBy(() -> Tls.read(certificate, key))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aCertificateWhoseTimeHasPassedServesWithAWarning() {
        var expired = TestCertificate.make(folder, "expired", "-keyalg", "EC", "-startdate", "-10d", "-validity", "2")
                .tls();
        assertThat(expired.untimely(Instant.now()))
                .hasValueSatisfying(warning -> assertThat(warning).contains("CN=expired has expired: "));
        assertThat(rsa.tls().untimely(Instant.now())).isEmpty();
        assertThat(rsa.tls().untimely(Instant.EPOCH))
                .hasValueSatisfying(warning -> assertThat(warning).contains("CN=rsa is not valid before "));
        ServerFixture.start(1, options -> options.withTls(expired)).close();
    }

    @Test
    void anAddressThatOthersReachNeedsTlsOrAProxyThatHasIt() {
        var model = new ModelSource("demo", List.of(), Path.of("../demo-model"), EngineOptions.defaults());
        var everywhere = ServerOptions.defaults().withAddress("0.0.0.0", 0).withKeys(List.of("k"));
        assertThatThrownBy(() -> Server.start(everywhere, List.of(model), LoadListener.NONE))
                .isInstanceOf(OrreryException.class)
                .hasMessageContaining("--tls-cert")
                .hasMessageContaining("--behind-proxy");
        Server.start(everywhere.withTls(rsa.tls()), List.of(model), LoadListener.NONE)
                .close();
    }
}
