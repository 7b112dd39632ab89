package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which texts have a format. */
final class FormatsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "date | 2024-02-29 2000-02-29 1999-12-31 2023-04-30 | 2023-02-29 1900-02-29 2023-04-31 2023-13-01 23-1-1",
                "time | 00:00:00Z 23:59:59.25+23:59 12:00:00z | 24:00:00Z 12:00:00 12:60:00Z 12:00:00+24:00",
                "date-time | 2024-02-29T12:00:00Z 1985-04-12T23:20:50.52-08:00 | 2024-02-30T12:00:00Z 2024-02-29",
                "duration | P4DT12H30M5S P2W PT1H P1Y2M3D PT36H | P P1D2H P1Y2W PT 1D P1YT P1Y3D",
                "email | a@example.com te.s.t~x@a-b.co.uk | a@ @b.de .a@b.de a.@b.de a..b@c.de a@-b.de a@b-.de ab",
                "hostname | example.com a x-1.y2 | -a a- a..b .a a_b xn--a a.xn--b ``",
                "ipv4 | 0.0.0.0 255.249.199.10 | 256.1.1.1 1.2.3 1.2.3.4.5 01.2.3.4",
                "ipv6 | :: ::1 1:2:3:4:5:6:7:8 fe80::a:b 1::8 ::ffff:192.168.0.1 1:2:3:4:5:6:7:: | 1 : ::: 1::2::3 12345:: 1:2:3:4:5:6:7:8:9 ::256.1.1.1",
                "uuid | 2EB8AA08-aa98-11ea-b4aa-73b441d16380 | 2eb8aa08-aa98-11ea-b4aa-73b441d1638 2eb8aa08aa9811eab4aa73b441d16380",
                "uri | http://a.b/c?d=e#f mailto:x@y.de urn:a:b http://[::1]:80/ a:/b%20c | //a.b/c /a a a:% http://a.b/<c>",
                "uri-reference | /a/b?c#d a/b #x //h/p http://a.b | \\\\a a%zz",
                "json-pointer | / /a/~0~1 /a//b | a /~2 /~",
            })
    void aFormatHasItsTexts(String format, String texts, String others) {
        var automaton = new Automaton();
        var regex = Formats.of(format).orElseThrow();
        for (String text : texts.split(" ")) {
            assertThat(automaton.matches(regex, Texts.utf8(text))).as(text).isTrue();
        }
        for (String text : others.split(" ")) {
            assertThat(automaton.matches(regex, Texts.utf8(text.replace("``", ""))))
                    .as(text)
                    .isFalse();
        }
    }
}
