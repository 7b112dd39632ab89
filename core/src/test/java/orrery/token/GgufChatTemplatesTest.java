package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import orrery.format.FormatException;
import orrery.token.jinja.TemplateException;

/** Chat templates in the metadata of GGUF files. */
final class GgufChatTemplatesTest {
    private static final List<ChatMessage> HELLO = List.of(new ChatMessage("user", "hello"));

    private static SmallGguf with(String template) {
        return SmallGguf.sentencePiece().with("tokenizer.chat_template", template);
    }

    private static String rendered(SmallGguf file) {
        return ChatTemplate.of(file.metadata()).orElseThrow().render(HELLO, true, Map.of());
    }

    @Test
    void knowsSpecialTokensByTheirIds() {
        assertThat(rendered(with("{{ bos_token }}{{ messages[0]['content'] }}{{ eos_token }}{{ unk_token }}")))
                .isEqualTo("<s>hello</s><unk>");
        assertThat(rendered(with("{{ bos_token }}|{{ pad_token }}").without("bos_token_id")))
                .isEqualTo("|");
    }

    @Test
    void isEmptyWhereAFileHasNone() {
        assertThat(ChatTemplate.of(SmallGguf.sentencePiece().metadata())).isEmpty();
    }

    @Test
    void readsThoseThatHaveANameToo() {
        var file = with("plain")
                .with("tokenizer.chat_templates", List.of("tool_use", "rag"))
                .with("tokenizer.chat_template.tool_use", "{{ tools[0] }}")
                .with("tokenizer.chat_template.rag", "rag");
        var template = ChatTemplate.of(file.metadata()).orElseThrow();
        assertThat(template.names()).containsExactly("default", "rag", "tool_use");
        assertThat(template.render(HELLO, true, Map.of())).isEqualTo("plain");
        assertThat(template.render(HELLO, true, Map.of("tools", List.of("hammer"))))
                .isEqualTo("hammer");
        assertThat(template.named("rag").render(HELLO, true, Map.of())).isEqualTo("rag");
    }

    @Test
    void namesWhatIsMissingOrMalformed() {
        assertThatThrownBy(() -> rendered(with("plain").with("tokenizer.chat_templates", List.of("rag"))))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("names \"rag\", but there is no tokenizer.chat_template.rag");
        assertThatThrownBy(() -> rendered(with("{% if %}"))).isInstanceOf(TemplateException.class);
        assertThatThrownBy(() -> rendered(SmallGguf.sentencePiece().with("tokenizer.chat_template", 7)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("tokenizer.chat_template is 7, expected a text");
    }

    @Test
    void knowsNoTokenOfAnIdThatIsNone() {
        var file = with("[{{ bos_token }}]");
        assertThat(rendered(file)).isEqualTo("[<s>]");
        assertThat(rendered(file.with("bos_token_id", 9999))).isEqualTo("[]");
    }

    @Test
    void takesATemplateWithoutATextAsNoneAndPassesOverAByteOrderMark() {
        assertThat(ChatTemplate.of(with(" \n").metadata())).isEmpty();
        assertThat(rendered(with("\uFEFFplain"))).isEqualTo("plain");
    }
}
