package orrery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors say what is wrong with the request, in words of the request. */
class ErrorWordsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":1";

    @RegisterExtension
    static final ServerFixture fixture = ServerFixture.start(2, options -> options);

    private static String refused(String path, String body) {
        var answer = fixture.post(path, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        return answer.json().at("/error/message").asString();
    }

    @Test
    void invalidJsonIsExplainedWithoutTheParsersSettings() {
        String number = "9".repeat(200);
        for (String body : new String[] {
            "{\"messages\":[",
            "{\"a\":NaN}",
            "{\"a\":" + number + "}",
            "{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}"
        }) {
            assertThat(refused(CHAT, body))
                    .startsWith("the body is no JSON: ")
                    .doesNotContain("Feature", "StreamRead", "Source", "`");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        null                            | messages[0].content[0] is null, expected an object with a type and a text
        {}                              | messages[0].content[0].type is missing
        {"type":"text"}                 | messages[0].content[0].text is missing
        {"type":"text","text":5}        | messages[0].content[0].text is 5, expected a string
        {"type":"image_url"}            | messages[0].content[0] is of type 'image_url', but the model reads text alone
        """)
    void aPartOfAMessageIsRefusedForWhatIsWrongWithIt(String part, String message) {
        assertThat(refused(CHAT, "{\"messages\":[{\"role\":\"user\",\"content\":[" + part + "]}]}"))
                .isEqualTo(message);
    }

    @Test
    void stopNeedsATextOrTexts() {
        assertThat(refused(CHAT, "{" + HI + ",\"stop\":{}}"))
                .isEqualTo("stop is {}, expected a string, or a list of strings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"top_k", "thinking_budget"})
    void aNumberThatIsTooLargeIsToldTheLargest(String field) {
        assertThat(refused(CHAT, "{" + HI + ",\"" + field + "\":2147483648}"))
                .isEqualTo(field + " is 2147483648, expected a whole number, -1 to 2147483647");
    }

    @Test
    void aPackedBodyIsRefusedAsSuch() {
        var answer = fixture.send(fixture.request(CHAT)
                .header("content-type", "application/json")
                .header("content-encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(new byte[] {0x1f, (byte) 0x8b, 8, 0}))
                .build());
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.json().at("/error/message").asString())
                .isEqualTo("the content-encoding is not supported, expected none");
    }
}
