package orrery.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import orrery.server.http.ServerException;

/**
 * A certificate and its private key, for HTTPS.
 *
 * @param key of the first certificate
 * @param chain the server's own certificate first, each followed by that of its issuer
 */
public record Tls(PrivateKey key, List<X509Certificate> chain) {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    /** No signed chain of certificates is larger than 16 MB. */
    private static final long MOST_BYTES = 16 << 20;

    public Tls {
        chain = List.copyOf(chain);
    }

    /**
     * Reads both from PEM files: the key, not encrypted, in PKCS#8 ({@code PRIVATE KEY}, RFC 5958), PKCS#1
     * ({@code RSA PRIVATE KEY}, RFC 8017) or SEC 1 ({@code EC PRIVATE KEY}, RFC 5915).
     *
     * @throws orrery.OrreryException if a file cannot be read, holds something else, or the key is another's
     */
    public static Tls read(Path certificates, Path key) {
        var chain = chain(certificates);
        var privateKey = key(key, chain.getFirst().getPublicKey());
        if (!fits(privateKey, chain.getFirst().getPublicKey())) {
            throw new ServerException("the private key in " + key + " does not belong to the first certificate in "
                    + certificates + ", which is of "
                    + chain.getFirst().getSubjectX500Principal().getName());
        }
        return new Tls(privateKey, chain);
    }

    private static List<X509Certificate> chain(Path file) {
        List<X509Certificate> chain;
        try {
            var blocks = PEM.matcher(text("certificate", file))
                    .results()
                    .filter(block -> block.group(1).equals("CERTIFICATE"))
                    .map(block -> block.group() + "\n")
                    .toList();
            chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(String.join("", blocks).getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            throw new ServerException("a certificate in " + file + " cannot be read: " + e.getMessage(), e);
        }
        if (chain.isEmpty()) {
            throw new ServerException(
                    file + " holds no certificate, expected PEM: a line -----BEGIN CERTIFICATE----- and so on");
        }
        for (int i = 1; i < chain.size(); i++) {
            var issuer = chain.get(i - 1).getIssuerX500Principal();
            if (!issuer.equals(chain.get(i).getSubjectX500Principal())) {
                throw new ServerException("certificate " + (i + 1) + " in " + file + " is not of " + issuer.getName()
                        + ", who issued certificate " + i
                        + "; expected the server's own first, then its issuers in turn");
            }
        }
        return chain;
    }

    private static PrivateKey key(Path file, PublicKey certified) {
        var block = PEM.matcher(text("private key", file))
                .results()
                .filter(found -> found.group(1).endsWith("PRIVATE KEY"))
                .findFirst()
                .orElseThrow(() -> new ServerException(
                        file + " holds no private key, expected PEM: a line -----BEGIN PRIVATE KEY----- and so on"));
        if (block.group(1).equals("ENCRYPTED PRIVATE KEY") || block.group(2).contains("ENCRYPTED")) {
            throw new ServerException("the private key in " + file
                    + " is encrypted, expected one that is not: openssl pkcs8 -in FILE -out NEW writes that");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            // The older forms lack some parameters of PKCS#8; these are taken from the certificate.
            byte[] whole = block.group(1).equals("PRIVATE KEY") ? der : pkcs8(der, certified);
            return KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(whole));
        } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ServerException(
                    "the private key in " + file + " cannot be read as one of the certificate's kind, "
                            + certified.getAlgorithm() + ": " + e.getMessage(),
                    e);
        }
    }

    private static String text(String what, Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ServerException("the " + what + " file " + file + " is larger than 16 MB, expected PEM");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new ServerException("there is no " + what + " file " + file, e);
        } catch (IOException e) {
            throw new ServerException("the " + what + " cannot be read: " + e, e);
        }
    }

    /** {@code SEQUENCE { INTEGER 0, AlgorithmIdentifier, OCTET STRING key }}; the algorithm is the public key's. */
    private static byte[] pkcs8(byte[] key, PublicKey certified) {
        byte[] info = certified.getEncoded();
        int algorithm = contents(info, 0);
        int end = contents(info, algorithm) + length(info, algorithm);
        var inner = new ByteArrayOutputStream();
        inner.writeBytes(new byte[] {2, 1, 0});
        inner.write(info, algorithm, end - algorithm);
        inner.writeBytes(der(4, key));
        return der(0x30, inner.toByteArray());
    }

    /** Where the contents of the DER value at a place begin: after its tag and its length. */
    private static int contents(byte[] der, int at) {
        return at + 2 + (der[at + 1] < 0 ? der[at + 1] & 0x7f : 0);
    }

    private static int length(byte[] der, int at) {
        if (der[at + 1] >= 0) {
            return der[at + 1];
        }
        int length = 0;
        for (int i = at + 2; i < contents(der, at); i++) {
            length = (length << 8) | (der[i] & 0xff);
        }
        return length;
    }

    private static byte[] der(int tag, byte[] contents) {
        byte[] head = contents.length < 128
                ? new byte[] {(byte) tag, (byte) contents.length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (contents.length >> 8), (byte) contents.length};
        byte[] whole = Arrays.copyOf(head, head.length + contents.length);
        System.arraycopy(contents, 0, whole, head.length, contents.length);
        return whole;
    }

    /** Whether what the one signs is the other's. */
    private static boolean fits(PrivateKey key, PublicKey certified) {
        try {
            var signature = Signature.getInstance(
                    switch (certified.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> certified.getAlgorithm();
                    });
            byte[] text = "orrery".getBytes(StandardCharsets.US_ASCII);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Why clients will not trust the server's own certificate at a time; empty if its dates are right. */
    Optional<String> untimely(Instant now) {
        var own = chain.getFirst();
        String name = "the certificate of " + own.getSubjectX500Principal().getName();
        if (now.isAfter(own.getNotAfter().toInstant())) {
            return Optional.of(name + " has expired: " + own.getNotAfter().toInstant());
        }
        return now.isBefore(own.getNotBefore().toInstant())
                ? Optional.of(
                        name + " is not valid before " + own.getNotBefore().toInstant())
                : Optional.empty();
    }

    /** Both, as the JDK's TLS takes them. */
    KeyManagerFactory keyManagers() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] password = new char[0]; // it stays in memory
            store.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, password);
            return managers;
        } catch (GeneralSecurityException | IOException e) {
            throw new ServerException("the certificate cannot be used: " + e.getMessage(), e);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Tls[" + chain.getFirst().getSubjectX500Principal().getName() + "]";
    }
}
