package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate of localhost and its key in PEM files, made by the JDK's keytool.
 *
 * @param key PKCS#8
 */
record TestCertificate(Path file, Path keyFile, Certificate certificate, byte[] key) {
    private static final char[] PASSWORD = "password".toCharArray();

    /** @param options of keytool, such as the kind of key and the dates */
    static TestCertificate make(Path folder, String name, String... options) {
        try {
            Path store = folder.resolve(name + ".p12");
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "a",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    new String(PASSWORD),
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "SAN=dns:localhost,ip:127.0.0.1"));
            command.addAll(List.of(options));
            Path said = folder.resolve(name + ".txt");
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(said)).isZero();
            var keys = KeyStore.getInstance(store.toFile(), PASSWORD);
            var certificate = keys.getCertificate("a");
            byte[] key = keys.getKey("a", PASSWORD).getEncoded();
            return new TestCertificate(
                    pem(folder.resolve(name + ".crt"), "CERTIFICATE", certificate.getEncoded()),
                    pem(folder.resolve(name + ".key"), "PRIVATE KEY", key),
                    certificate,
                    key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path pem(Path file, String kind, byte[] der) throws IOException {
        return Files.writeString(
                file,
                "# a comment\n-----BEGIN " + kind + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind
                        + "-----\n");
    }

    /** The key as the forms before PKCS#8 have it, which PKCS#8 holds after so many bytes. */
    Path olderKey(Path file, String kind, int after) throws IOException {
        return pem(file, kind, Arrays.copyOfRange(key, after, key.length));
    }

    Tls tls() {
        return Tls.read(file, keyFile);
    }

    /** Trusts this certificate and no other. */
    SSLContext trusting() throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", certificate);
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
