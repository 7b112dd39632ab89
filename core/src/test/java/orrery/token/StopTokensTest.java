package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens end an answer, by the keys of GGUF files, including keys that are missing. */
final class StopTokensTest {
    private static List<String> stops(SmallGguf file) {
        return StopTokens.of(file.metadata()).stream().map(file.tokens::get).toList();
    }

    @Test
    void areThoseThatTheFileNames() {
        var file = SmallGguf.byteLevel("gpt-2").with("eot_token_id", 7).with("eom_token_id", 5);
        assertThat(stops(file)).containsExactly(file.tokens.get(5), file.tokens.get(7), "<|end|>");
        assertThat(stops(SmallGguf.sentencePiece())).containsExactly("</s>");
        assertThat(stops(SmallGguf.sentencePiece().without("eos_token_id"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "<|end_of_text|> <|eom_id|> <|eot_id|>, Llama 3",
        "<|end_of_text|> <|eom|> <|eot|>, Llama 4",
        "<end_of_turn>, Gemma",
        "<|endoftext|> <|im_end|>, Qwen 3"
    })
    void areThoseOfAFamilyWhereTheFileNamesOnlyOne(String tokens, String family) {
        String[] known = tokens.split(" ");
        var file = SmallGguf.byteLevel("gpt-2").add("<|start_header_id|>", SmallGguf.CONTROL);
        Arrays.stream(known).forEach(token -> file.add(token, SmallGguf.CONTROL));
        assertThat(stops(file)).as(family).startsWith("<|end|>").endsWith(known).hasSize(1 + known.length);
    }

    @Test
    void areNotAddedToWhereTheFileNamesThemAll() {
        var file = SmallGguf.byteLevel("gpt-2")
                .add("<|eot_id|>", SmallGguf.CONTROL)
                .add("<|eom_id|>", SmallGguf.CONTROL);
        file.with("eot_token_id", file.id("<|end|>")).with("eom_token_id", file.id("<|end|>"));
        assertThat(stops(file)).containsExactly("<|end|>");
    }

    @Test
    void areNeverWhatATextMerelySpells() {
        assertThat(stops(SmallGguf.byteLevel("gpt-2").add("<|im_end|>"))).containsExactly("<|end|>");
    }

    @ParameterizedTest
    @ValueSource(longs = {300_000, 4294967295L, -1})
    void leaveOutAnIdThatNoTokenHasWhileAnotherEndsAnAnswer(long id) {
        var file = SmallGguf.sentencePiece().with("eot_token_id", id);
        assertThat(stops(file)).containsExactly("</s>");
        assertThat(SpecialIds.notes(file.metadata()))
                .containsExactly("tokenizer.ggml.eot_token_id is " + id
                        + ", which is not a token id: taken as if the file named none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"padding", "seperator", "cls", "mask", "unknown"})
    void doNotDependOnRolesThatEndNothing(String role) {
        var file = SmallGguf.sentencePiece().with(role + "_token_id", 4294967295L);
        assertThat(stops(file)).containsExactly("</s>");
        assertThat(ChatTemplate.of(file.metadata())).isEmpty();
        try (var tokenizer = Tokenizer.of(file.metadata())) {
            assertThat(tokenizer.decode(tokenizer.encode("a b"))).isEqualTo("a b");
        }
        assertThat(SpecialIds.absent(file.metadata())).containsOnlyKeys("tokenizer.ggml." + role + "_token_id");
    }

    @Test
    void refusesAnEndThatNoTokenHasWhereNoOtherIsLeft() {
        assertThatThrownBy(() -> stops(SmallGguf.sentencePiece().with("eos_token_id", 300_000)))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("small.gguf: tokenizer.ggml.eos_token_id is 300000, expected the id of a token");
    }
}
