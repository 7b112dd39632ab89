package orrery.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orrery.token.ChatTemplate;
import orrery.token.Tokenizer;

/**
 * A small model's chat template and tokenizer for each family, in the family's form: a byte-level vocabulary, and the
 * tokens that delimit, special or not as with the released models.
 */
enum SmallFamilies {
    QWEN_3(
            "qwen-3",
            List.of("<|im_start|>", "<|im_end|>"),
            List.of("<think>", "</think>", "<tool_call>", "</tool_call>"),
            """
            {%- if tools %}{{- '<|im_start|>system\\n' }}{%- for tool in tools %}{{- tool | tojson }}{%- endfor %}
            {{- '<tool_call>{"name": <function-name>, "arguments": <args>}</tool_call><|im_end|>\\n' }}{%- endif %}
            {%- for message in messages %}
            {{- '<|im_start|>' + (message.role if message.role != 'tool' else 'user') + '\\n' }}
            {%- if message.role == 'tool' %}{{- '<tool_response>' + message.content + '</tool_response>' }}
            {%- else %}
            {%- if message.reasoning_content %}{{- '<think>' + message.reasoning_content + '</think>' }}{%- endif %}
            {{- message.content }}{%- endif %}
            {%- for call in message.tool_calls or [] %}
            {{- '<tool_call>{"name": "' + call.function.name + '", "arguments": ' + (call.function.arguments | tojson) }}
            {{- '}</tool_call>' }}{%- endfor %}{{- '<|im_end|>\\n' }}{%- endfor %}
            {%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}
            {%- if enable_thinking is defined and not enable_thinking %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
            {%- endif %}"""),
    LLAMA_3(
            "llama-3",
            List.of("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>", "<|python_tag|>"),
            List.of(),
            """
            {%- for message in messages %}
            {%- if message.tool_calls and message.tool_calls | length != 1 %}{{- raise_exception('one call') }}{%- endif %}
            {{- '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' }}
            {%- if loop.first and tools %}{{- tools | tojson + 'Respond with {"name": name, "parameters": {}}' }}
            {%- endif %}
            {%- if message.tool_calls %}{%- set call = message.tool_calls[0].function %}
            {{- '{"name": "' + call.name + '", "parameters": ' }}{{- call.arguments | tojson }}{{- '}' }}
            {%- else %}{{- message.content }}{%- endif %}{{- '<|eot_id|>' }}{%- endfor %}
            {%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}"""),
    LLAMA_4(
            "llama-4",
            List.of("<|header_start|>", "<|header_end|>", "<|eot|>", "<|eom|>", "<|python_start|>", "<|python_end|>"),
            List.of(),
            """
            {%- for message in messages %}{{- '<|header_start|>' + message.role + '<|header_end|>\\n\\n' }}
            {%- if loop.first and tools %}{{- tools | tojson }}{%- endif %}{{- message.content }}
            {%- for call in message.tool_calls or [] %}
            {{- '{"name": "' + call.function.name + '", "parameters": ' }}{{- call.function.arguments | tojson }}
            {{- '}' }}{%- endfor %}{{- '<|eot|>' }}{%- endfor %}
            {%- if add_generation_prompt %}{{- '<|header_start|>assistant<|header_end|>\\n\\n' }}{%- endif %}"""),
    MISTRAL_7(
            "mistral-7",
            List.of("</s>", "[INST]", "[/INST]", "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]"),
            List.of(),
            """
            {%- for message in messages %}{%- if message.role == 'user' %}
            {%- if loop.index < 3 and tools %}{{- '[AVAILABLE_TOOLS]' + (tools | tojson) + '[/AVAILABLE_TOOLS]' }}{%- endif %}
            {{- '[INST]' + message.content + '[/INST]' }}
            {%- elif message.tool_calls %}{{- '[TOOL_CALLS][' }}{%- for call in message.tool_calls %}
            {%- if call.id | length != 9 %}{{- raise_exception('nine') }}{%- endif %}
            {{- '{"name": "' + call.function.name + '", "arguments": ' }}{{- call.function.arguments | tojson }}
            {{- ', "id": "' + call.id + '"}' }}{%- endfor %}{{- ']</s>' }}
            {%- elif message.role == 'tool' %}
            {%- if message.tool_call_id | length != 9 %}{{- raise_exception('nine') }}{%- endif %}
            {{- '[TOOL_RESULTS]' + message.content + '[/TOOL_RESULTS]' }}
            {%- else %}{{- message.content + '</s>' }}{%- endif %}{%- endfor %}"""),
    MISTRAL_11(
            "mistral-11",
            List.of("</s>", "[INST]", "[/INST]", "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]", "[THINK]", "[/THINK]"),
            List.of(),
            """
            {%- for message in messages %}{%- if message.role == 'user' %}
            {%- if loop.index < 3 and tools %}{{- '[AVAILABLE_TOOLS]' + (tools | tojson) + '[/AVAILABLE_TOOLS]' }}{%- endif %}
            {{- '[INST]' + message.content + '[/INST]' }}
            {%- elif message.role == 'system' %}{{- '[SYSTEM_PROMPT]' + message.content + '[/SYSTEM_PROMPT]' }}
            {%- elif message.tool_calls %}{%- for call in message.tool_calls %}
            {%- if call.id | length != 9 %}{{- raise_exception('nine') }}{%- endif %}
            {{- '[TOOL_CALLS]' + call.function.name + '[ARGS]' + (call.function.arguments | tojson) }}{%- endfor %}
            {{- '</s>' }}
            {%- elif message.role == 'tool' %}{{- '[TOOL_RESULTS]' + message.content + '[/TOOL_RESULTS]' }}
            {%- else %}{%- if message.reasoning_content %}
            {{- '[THINK]' + message.reasoning_content + '[/THINK]' }}{%- endif %}
            {{- message.content + '</s>' }}{%- endif %}{%- endfor %}"""),
    DEEPSEEK_3(
            "deepseek-3",
            List.of("<｜end▁of▁sentence｜>"),
            List.of(
                    "<｜Assistant｜>",
                    "<think>",
                    "</think>",
                    "<｜tool▁calls▁begin｜>",
                    "<｜tool▁calls▁end｜>",
                    "<｜tool▁call▁begin｜>",
                    "<｜tool▁call▁end｜>",
                    "<｜tool▁sep｜>"),
            """
            {%- for message in messages %}
            {%- if message.role == 'system' %}{{- message.content }}
            {%- elif message.role == 'user' %}{{- '<｜User｜>' + message.content }}
            {%- elif message.role == 'tool' %}
            {{- '<｜tool▁output▁begin｜>' + message.content + '<｜tool▁output▁end｜>' }}
            {%- elif message.content is none %}{{- '<｜Assistant｜><｜tool▁calls▁begin｜>' }}
            {%- for call in message.tool_calls %}
            {{- '<｜tool▁call▁begin｜>' + call.type + '<｜tool▁sep｜>' + call.function.name + '\\n```json\\n' }}
            {{- call.function.arguments + '\\n```<｜tool▁call▁end｜>' }}{%- endfor %}
            {{- '<｜tool▁calls▁end｜><｜end▁of▁sentence｜>' }}
            {%- else %}{{- '<｜Assistant｜>' + message.content + '<｜end▁of▁sentence｜>' }}{%- endif %}{%- endfor %}
            {%- if add_generation_prompt %}{{- '<｜Assistant｜><think>\\n' }}{%- endif %}"""),
    DEEPSEEK_3_1("deepseek-3.1", List.of("<｜end▁of▁sentence｜>"), DEEPSEEK_3.marks, """
            {%- for message in messages %}
            {%- if message.role == 'user' %}{{- '<｜User｜>' + message.content }}
            {%- elif message.role == 'tool' %}
            {{- '<｜tool▁output▁begin｜>' + message.content + '<｜tool▁output▁end｜>' }}
            {%- else %}{{- '<｜Assistant｜></think>' + message.content }}{%- for call in message.tool_calls or [] %}
            {{- '<｜tool▁call▁begin｜>' + call.function.name + '<｜tool▁sep｜>' + (call.function.arguments | tojson) }}
            {{- '<｜tool▁call▁end｜>' }}{%- endfor %}{{- '<｜end▁of▁sentence｜>' }}{%- endif %}{%- endfor %}
            {%- if add_generation_prompt %}{{- '<｜Assistant｜>' }}{{- '<think>' if thinking else '</think>' }}
            {%- endif %}"""),
    GEMMA("prompted", List.of("<start_of_turn>", "<end_of_turn>"), List.of(), """
            {%- if messages[0].role == 'system' %}{{- raise_exception('System role not supported') }}{%- endif %}
            {%- for message in messages %}
            {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{- raise_exception('roles must alternate') }}
            {%- endif %}
            {{- '<start_of_turn>' + ('model' if message.role == 'assistant' else message.role) + '\\n' }}
            {{- message.content | trim + '<end_of_turn>\\n' }}{%- endfor %}
            {%- if add_generation_prompt %}{{- '<start_of_turn>model\\n' }}{%- endif %}""");

    private static final int BYTES = 256;

    final String family;
    final List<String> special;
    final List<String> marks;
    final ChatTemplate template;

    SmallFamilies(String family, List<String> special, List<String> marks, String template) {
        this.family = family;
        this.special = special;
        this.marks = marks;
        this.template = ChatTemplate.of(template, "<s>", "</s>");
    }

    ChatFormat format() {
        return ChatFormat.of(Optional.of(template), Optional.empty(), new Random(5));
    }

    Tokenizer tokenizer(Path folder) {
        return tokenizer(folder, special, marks);
    }

    /** A token for each byte, and further ones behind them. */
    static Tokenizer tokenizer(Path folder, List<String> special, List<String> marks) {
        var added = new TreeMap<Integer, String>();
        for (int i = 0; i < special.size() + marks.size(); i++) {
            boolean isSpecial = i < special.size();
            added.put(
                    BYTES + i,
                    "{\"id\":" + (BYTES + i) + ",\"content\":"
                            + PlainJson.write(isSpecial ? special.get(i) : marks.get(i - special.size()))
                            + ",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":"
                            + isSpecial + "}");
        }
        var letters = IntStream.range(0, BYTES)
                .mapToObj(value -> PlainJson.write(letter(value)) + ":" + value)
                .collect(Collectors.joining(","));
        var level = "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":false}";
        var json = "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":["
                + String.join(",", added.values()) + "],\"normalizer\":null,\"pre_tokenizer\":" + level
                + ",\"post_processor\":null,\"decoder\":" + level
                + ",\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null,\"byte_fallback\":false,\"vocab\":{"
                + letters + "},\"merges\":[]}}";
        try {
            Files.write(folder.resolve("tokenizer.json"), json.getBytes(UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return Tokenizer.read(folder);
    }

    /** How byte-level vocabularies write a byte: itself, or one of the characters from 256 on. */
    private static String letter(int value) {
        int next = BYTES;
        for (int other = 0; other < value; other++) {
            next += isPrintable(other) ? 0 : 1;
        }
        return Character.toString(isPrintable(value) ? value : next);
    }

    private static boolean isPrintable(int value) {
        return (value >= 33 && value <= 126) || (value >= 161 && value != 173);
    }

    /** Tools that scripts call. */
    static final Map<String, Map<String, Object>> TOOLS = Map.of(
            "get_weather",
            Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string"))),
            "add",
            Map.of(
                    "type",
                    "object",
                    "properties",
                    Map.of("a", Map.of("type", "integer"), "b", Map.of("type", "number"))));
}
