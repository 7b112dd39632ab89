package orrery.chat;

import java.util.List;
import java.util.Optional;

/** The families, and how the text of a chat template identifies them. */
final class ChatFamilies {
    private static final String JSON_CALLS = """
            "tool_calls": {"open": "<tool_call>", "close": "</tool_call>", "content": "json", "repeats": true,
              "transform": {"type": "function", "function": "{content}"}}""";

    private static final String THINK = """
            "thinking": {"open": "<think>", "close": "</think>", "repeats": true, "join": "\\n"}""";

    private static final List<String> TAGS = List.of("<think>", "</think>", "<tool_call>", "</tool_call>");

    private static final CallSyntax TAGGED = new CallSyntax(
            "<tool_call>",
            "",
            "<tool_call>\n{\"name\": \"{name}\", \"arguments\": ",
            "}\n</tool_call>",
            Optional.of("\n"),
            "");

    /** Qwen 2.5 and 3, and other models with Hermes-style calls. */
    static final ChatFamily QWEN_3 = new ChatFamily(
            "qwen-3", """
            {"start_anchor": "<|im_start|>assistant\\n", "defaults": {"role": "assistant"}, "fields": {
            %s,
            %s,
            "content": {"close": ["<|im_end|>", "<|endoftext|>"], "repeats": true, "join": "\\n"}}}""".formatted(THINK, JSON_CALLS), TAGS, false, TAGGED, TAGGED, ChatIds.Form.ANY, true);

    /** Models whose template ignores tools: a system message describes the tools and the form of calls. */
    static final ChatFamily PROMPTED = new ChatFamily(
            "prompted", """
            {"start_anchor": ["<start_of_turn>model\\n", "<|assistant|>\\n", "<|im_start|>assistant\\n"],
            "defaults": {"role": "assistant"}, "fields": {
            %s,
            %s,
            "content": {"close": ["<end_of_turn>", "<|im_end|>", "<|endoftext|>", "</s>"],
              "repeats": true, "join": "\\n"}}}""".formatted(THINK, JSON_CALLS), TAGS, false, TAGGED, TAGGED, ChatIds.Form.ANY, true);

    private static final CallSyntax BARE =
            new CallSyntax("<|python_tag|>", "", "{\"name\": \"{name}\", \"parameters\": ", "}", Optional.empty(), "");

    /** Llama 3.1, 3.2 and 3.3: one call, in JSON without delimiters. */
    static final ChatFamily LLAMA_3 =
            new ChatFamily("llama-3", """
            {"start_anchor": "<|start_header_id|>assistant<|end_header_id|>\\n\\n", "defaults": {"role": "assistant"},
            "fields": {
            "tool_calls": {"open_pattern": "<\\\\|python_tag\\\\|>|\\\\A\\\\s*(?=\\\\{)",
              "close_pattern": "<\\\\|eom_id\\\\|>|<\\\\|eot_id\\\\|>", "content": "json", "repeats": true,
              "transform": {"type": "function",
                "function": {"name": "{content.name}", "arguments": "{content.parameters}"}}},
            "content": {"close": ["<|eom_id|>", "<|eot_id|>", "<|end_of_text|>"], "repeats": true, "join": "\\n"}}}""", List.of("<|python_tag|>"), true, BARE, BARE, ChatIds.Form.ANY, false);

    /** Llama 4: calls in Python syntax, or one call as in Llama 3. */
    static final ChatFamily LLAMA_4 = new ChatFamily(
            "llama-4",
            """
            {"start_anchor": "<|header_start|>assistant<|header_end|>\\n\\n", "defaults": {"role": "assistant"},
            "fields": {
            "tool_calls": {"open_pattern": "<\\\\|python_start\\\\|>|\\\\A\\\\s*(?=[\\\\[{])",
              "close_pattern": "<\\\\|python_end\\\\|>|<\\\\|eom\\\\|>|<\\\\|eot\\\\|>", "content": "python-calls",
              "repeats": true,
              "transform": {"type": "function",
                "function": {"name": "{content.name}", "arguments": "{content.parameters}"}}},
            "content": {"close": ["<|eom|>", "<|eot|>", "<|end_of_text|>"], "repeats": true, "join": "\\n"}}}""",
            List.of("<|python_start|>", "<|python_end|>"),
            true,
            new CallSyntax("<|python_start|>", "[", "{name}(", ")", Optional.of(", "), "]"),
            new CallSyntax("<|python_start|>", "", BARE.opening(), BARE.closing(), Optional.empty(), ""),
            ChatIds.Form.ANY,
            true);

    private static final String BRACKETS = """
            "thinking": {"open": "[THINK]", "close": "[/THINK]", "repeats": true, "join": "\\n"}""";

    private static final List<String> CONTROLS = List.of("[THINK]", "[/THINK]", "[TOOL_CALLS]", "[CALL_ID]", "[ARGS]");

    private static final CallSyntax LISTED = new CallSyntax(
            "[TOOL_CALLS]", "[TOOL_CALLS][", "{\"name\": \"{name}\", \"arguments\": ", "}", Optional.of(", "), "]");

    /** Mistral 7B 0.3, Nemo and Small 3.1: a list of calls. */
    static final ChatFamily MISTRAL_7 =
            new ChatFamily("mistral-7", """
            {"start_anchor": "[/INST]", "defaults": {"role": "assistant"}, "fields": {
            "tool_calls": {"open": "[TOOL_CALLS]", "close": "</s>", "content": "json",
              "transform_each": true,
              "transform": {"type": "function", "function": {"name": "{name}", "arguments": "{arguments}"}}},
            "content": {"close": "</s>", "repeats": true, "join": "\\n"}}}""", CONTROLS, false, LISTED, LISTED, ChatIds.Form.NINE_SIGNS, true);

    private static final CallSyntax MARKED =
            new CallSyntax("[TOOL_CALLS]", "", "[TOOL_CALLS]{name}[ARGS]", "", Optional.of(""), "");

    /** Mistral Small 3.2, and Magistral with reasoning: name and arguments, separated by control tokens. */
    static final ChatFamily MISTRAL_11 = new ChatFamily(
            "mistral-11", """
            {"start_anchor": ["[/INST]", "[/TOOL_RESULTS]"], "defaults": {"role": "assistant"}, "fields": {
            %s,
            "tool_calls": {
              "open_pattern":
                "\\\\[TOOL_CALLS\\\\]\\\\s*(?P<name>[^\\\\s\\\\[{]+)\\\\s*(?:\\\\[CALL_ID\\\\]\\\\s*(?P<id>\\\\w+)\\\\s*)?(?:\\\\[ARGS\\\\]|(?=\\\\{))",
              "close_pattern": "(?=\\\\[TOOL_CALLS\\\\])|</s>", "content": "json", "repeats": true,
              "transform": {"type": "function", "function": {"name": "{name}", "arguments": "{content}"}}},
            "content": {"close": "</s>", "repeats": true, "join": "\\n"}}}""".formatted(BRACKETS), CONTROLS, false, MARKED, MARKED, ChatIds.Form.NINE_SIGNS, true);

    private static final List<String> TOOL_MARKS = List.of(
            "<think>",
            "</think>",
            "<｜tool▁calls▁begin｜>",
            "<｜tool▁calls▁end｜>",
            "<｜tool▁call▁begin｜>",
            "<｜tool▁call▁end｜>",
            "<｜tool▁sep｜>");

    private static final CallSyntax FENCED = new CallSyntax(
            "<｜tool▁call▁begin｜>",
            "<｜tool▁calls▁begin｜>",
            "<｜tool▁call▁begin｜>function<｜tool▁sep｜>{name}\n```json\n",
            "\n```<｜tool▁call▁end｜>",
            Optional.of("\n"),
            "<｜tool▁calls▁end｜>");

    /** DeepSeek V3 and R1: the arguments are in a code fence. */
    static final ChatFamily DEEPSEEK_3 = new ChatFamily(
            "deepseek-3", """
            {"start_anchor": ["<｜Assistant｜>", "<｜tool▁outputs▁end｜>"], "defaults": {"role": "assistant"}, "fields": {
            %s,
            "tool_calls": {
              "open_pattern":
                "<｜tool▁call▁begin｜>\\\\w*<｜tool▁sep｜>(?P<name>[^\\\\s`{]+)\\\\s*(?:```(?:json)?\\\\s*)?(?=\\\\{)",
              "close_pattern": "```\\\\s*<｜tool▁call▁end｜>|<｜tool▁call▁end｜>", "content": "json", "repeats": true,
              "transform": {"type": "function", "function": {"name": "{name}", "arguments": "{content}"}}},
            "content": {"close": "<｜end▁of▁sentence｜>", "repeats": true, "join": "\\n"}}}""".formatted(THINK), TOOL_MARKS, false, FENCED, FENCED, ChatIds.Form.ANY, true);

    private static final CallSyntax PLAIN = new CallSyntax(
            "<｜tool▁call▁begin｜>",
            "<｜tool▁calls▁begin｜>",
            "<｜tool▁call▁begin｜>{name}<｜tool▁sep｜>",
            "<｜tool▁call▁end｜>",
            Optional.of(""),
            "<｜tool▁calls▁end｜>");

    /** DeepSeek V3.1: no code fence. */
    static final ChatFamily DEEPSEEK_3_1 = new ChatFamily(
            "deepseek-3.1", """
            {"start_anchor": ["<｜Assistant｜>", "<｜tool▁output▁end｜>"], "defaults": {"role": "assistant"}, "fields": {
            %s,
            "tool_calls": {
              "open_pattern": "<｜tool▁call▁begin｜>\\\\s*(?P<name>[^\\\\s<]+)\\\\s*<｜tool▁sep｜>",
              "close": "<｜tool▁call▁end｜>", "content": "json", "repeats": true,
              "transform": {"type": "function", "function": {"name": "{name}", "arguments": "{content}"}}},
            "content": {"close": "<｜end▁of▁sentence｜>", "repeats": true, "join": "\\n"}}}""".formatted(THINK), TOOL_MARKS, false, PLAIN, PLAIN, ChatIds.Form.ANY, true);

    static final List<ChatFamily> ALL =
            List.of(QWEN_3, PROMPTED, LLAMA_3, LLAMA_4, MISTRAL_7, MISTRAL_11, DEEPSEEK_3, DEEPSEEK_3_1);

    private ChatFamilies() {}

    /** The family whose calls or reasoning a template writes; a model's name does not matter. */
    static ChatFamily of(String templates) {
        if (templates.contains("<｜tool▁call▁begin｜>")) {
            return templates.contains("```json") ? DEEPSEEK_3 : DEEPSEEK_3_1;
        }
        if (templates.contains("[TOOL_CALLS]")) {
            return templates.contains("[ARGS]") ? MISTRAL_11 : MISTRAL_7;
        }
        if (templates.contains("<tool_call>") && !templates.contains("<function=")) {
            return QWEN_3;
        }
        if (templates.contains("<|python_start|>") || templates.contains("<|header_start|>")) {
            return LLAMA_4;
        }
        if (templates.contains("<|start_header_id|>") && templates.contains("\"parameters\": ")) {
            return LLAMA_3;
        }
        return PROMPTED;
    }
}
