package orrery.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.token.jinja.TemplateException;

/**
 * Chat templates that expect content as a text, as typed parts, as one or the other depending on the role, or not at
 * all.
 */
final class ContentFormsTest {
    private static final String PARTS = "{% for p in m.content if p.type == 'text' %}{{ p.text | trim }}{% endfor %}";

    private static ChatTemplate template(String content) {
        return ChatTemplate.of("{% for m in messages %}[{{ m.role }}]" + content + "{% endfor %}", "<s>", "</s>");
    }

    private static String rendered(ChatTemplate template, ChatMessage... messages) {
        return template.render(List.of(messages), true, Map.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{{ m.content }};'[user] a b '",
                "{{ m.content | trim | upper }};[user]A B",
                "{{ m.content | tojson }};'[user]\" a b \"'",
                "{% if m.content is string %}{{ m.content }}{% else %}"
                        + "{% for p in m.content %}{{ p.text }}{% endfor %}{% endif %};'[user] a b '"
            })
    void aTextIsATextWhateverTheTemplateMakesOfIt(String content, String prompt) {
        var template = template(content);
        assertThat(rendered(template, new ChatMessage("user", " a b "))).isEqualTo(prompt);
        assertThat(template.hearsUsers(Map.of())).isTrue();
    }

    @Test
    void aTemplateOfPartsIsGivenThemForEveryRole() {
        assertThat(rendered(
                        template(PARTS),
                        new ChatMessage("system", " s "),
                        new ChatMessage("user", " u "),
                        new ChatMessage("assistant", " a "),
                        new ChatMessage("user", "7204918365")))
                .isEqualTo("[system]s[user]u[assistant]a[user]7204918365");
    }

    @Test
    void aRoleThatIsWrittenAsATextStaysOne() {
        var template = template("{% if m.role == 'user' %}" + PARTS + "{% else %}{{ m.content }}{% endif %}");
        assertThat(rendered(
                        template,
                        new ChatMessage("system", "s"),
                        new ChatMessage("user", "u"),
                        new ChatMessage("assistant", "a"),
                        new ChatMessage("tool", "t")))
                .isEqualTo("[system]s[user]u[assistant]a[tool]t");
    }

    @Test
    void contentThatComesInPartsIsLeftAsItIs() {
        var parts = List.of(Map.of("type", "text", "text", "one"), Map.of("type", "text", "text", "two"));
        var message = new ChatMessage("user", "", Map.of("content", parts));
        assertThat(rendered(template(PARTS), message)).isEqualTo("[user]onetwo");
    }

    @Test
    void aTemplateThatFailsOnTextsIsGivenParts() {
        var template =
                template("{% if m.content is string %}{{ raise_exception('parts, please') }}{% endif %}" + PARTS);
        assertThat(rendered(template, new ChatMessage("user", "u"))).isEqualTo("[user]u");
    }

    @Test
    void aTemplateThatNeedsASystemMessageIsAskedWithOne() {
        var template = ChatTemplate.of("{% for m in messages[1:] %}{{ m.content }}{% endfor %}", "<s>", "</s>");
        assertThat(template.hearsUsers(Map.of())).isTrue();
    }

    @Test
    void aListThatIsWrittenAsOneIsNoTextInParts() {
        var template = template("{% if m.content is string %}{% else %}{{ m.content }}{% endif %}");
        assertThat(template.hearsUsers(Map.of())).isFalse();
    }

    @Test
    void aTemplateThatWritesNothingOfUsersDoesNotHearThem() {
        assertThat(template("{{ m.body }}").hearsUsers(Map.of())).isFalse();
        assertThat(ChatTemplate.of("fixed", "<s>", "</s>").hearsUsers(Map.of())).isFalse();
    }

    @Test
    void aTemplateThatRefusesEverythingSpeaksForItself() {
        var template = template("{{ raise_exception('not today') }}");
        assertThat(template.hearsUsers(Map.of())).isTrue();
        assertThatThrownBy(() -> rendered(template, new ChatMessage("user", "u")))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("not today");
    }

    @Test
    void aTemplateForToolsIsAskedWithThem() {
        var template = ChatTemplate.of(
                "",
                Map.of(
                        "default",
                        "{{ messages[0].content }}",
                        "tool_use",
                        "{{ tools[0] }}" + "{{ messages[0].content[0].text }}"),
                Map.of());
        var message = List.of(new ChatMessage("user", "u"));
        assertThat(template.render(message, true, Map.of("tools", List.of("hammer "))))
                .isEqualTo("hammer u");
        assertThat(template.render(message, true, Map.of())).isEqualTo("u");
    }
}
