package orrery.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import orrery.token.Tokenizer;

/**
 * A model's output, and its meaning.
 *
 * @param text with delimiters as they are spelled
 * @param calls {@code name arguments} each
 */
record Script(SmallFamilies of, boolean thoughtIsOpen, String text, String thought, String said, List<String> calls) {

    /** A token as a session delivers it. */
    record Said(int id, String text) {}

    /** Special tokens by their id, everything else in pieces that end anywhere. */
    static List<Said> cut(String text, SmallFamilies family, Tokenizer tokenizer, Random random) {
        var said = new ArrayList<Said>();
        for (int at = 0; at < text.length(); ) {
            int begin = at;
            var token = family.special.stream()
                    .filter(special -> text.startsWith(special, begin))
                    .findFirst();
            if (token.isPresent()) {
                said.add(new Said(tokenizer.idOf(token.get()).orElseThrow(), ""));
                at += token.get().length();
                continue;
            }
            int end = at + 1 + random.nextInt(1 + random.nextInt(30));
            int next = family.special.stream()
                    .mapToInt(special -> text.indexOf(special, begin))
                    .filter(found -> found >= 0)
                    .min()
                    .orElse(text.length());
            end = Math.min(end, next);
            said.add(new Said(0, text.substring(at, end)));
            at = end;
        }
        return said;
    }

    /** One token per byte, as a tokenizer's stream delivers them. */
    static List<Said> bytes(String text, Tokenizer tokenizer) {
        var said = new ArrayList<Said>();
        var stream = tokenizer.textStream();
        for (int id : tokenizer.encodePrompt(text)) {
            said.add(new Said(id, stream.append(id)));
        }
        return said;
    }

    /** All events of these tokens. */
    static List<ChatEvent> events(ChatParser parser, List<Said> said) {
        var events = new ArrayList<ChatEvent>();
        said.forEach(token -> events.addAll(parser.accept(token.id, token.text)));
        events.addAll(parser.finish());
        return events;
    }

    static final List<Script> ALL = List.of(
            new Script(
                    SmallFamilies.QWEN_3,
                    false,
                    "<think>\nParis, so naïve.\n</think>\n\nLet me look.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\":"
                            + " {\"city\": \"Paris\", \"tags\": [\"日本\", 1.5e3, null, {\"x\": true}]}}\n</tool_call>\n<tool_call>\n"
                            + "{\"name\": \"add\", \"arguments\": {}}\n</tool_call><|im_end|>",
                    "Paris, so naïve.",
                    "Let me look.",
                    List.of(
                            "get_weather {\"city\": \"Paris\", \"tags\": [\"日本\", 1.5e3, null, {\"x\": true}]}",
                            "add {}")),
            new Script(
                    SmallFamilies.QWEN_3,
                    false,
                    "<tool_call>{\"arguments\": {\"a\": 1}, \"name\": \"add\"}</tool_call>",
                    "",
                    "",
                    List.of("add {\"a\": 1}")),
            new Script(
                    SmallFamilies.QWEN_3,
                    false,
                    "a < b, <tool and <tool_calm>\n\nend  \n",
                    "",
                    "a < b, <tool and <tool_calm>\n\nend",
                    List.of()),
            new Script(SmallFamilies.QWEN_3, true, "Still thinking</think>Done", "Still thinking", "Done", List.of()),
            new Script(
                    SmallFamilies.LLAMA_3,
                    false,
                    "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Paris \\\"x\\\"\"}}<|eot_id|>",
                    "",
                    "",
                    List.of("get_weather {\"city\": \"Paris \\\"x\\\"\"}")),
            new Script(
                    SmallFamilies.LLAMA_3,
                    false,
                    "<|python_tag|>{\"type\": \"function\", \"name\": \"add\", \"parameters\": {\"a\": 1}}<|eom_id|>",
                    "",
                    "",
                    List.of("add {\"a\": 1}")),
            new Script(
                    SmallFamilies.LLAMA_3,
                    false,
                    "{\"name\": \"nobody\", \"parameters\": {\"city\": 1}}<|eot_id|>",
                    "",
                    "{\"name\": \"nobody\", \"parameters\": {\"city\": 1}}",
                    List.of()),
            new Script(
                    SmallFamilies.LLAMA_3,
                    false,
                    "{\"name\": \"add\"}<|eot_id|>",
                    "",
                    "{\"name\": \"add\"}",
                    List.of()),
            new Script(
                    SmallFamilies.LLAMA_3,
                    false,
                    "{\"title\": \"JSON that was asked for\"}<|eot_id|>",
                    "",
                    "{\"title\": \"JSON that was asked for\"}",
                    List.of()),
            new Script(
                    SmallFamilies.LLAMA_4,
                    false,
                    "[get_weather(city='it\\'s \"Paris\"', days=[1, 2.50, -3], deep={'a': (True, None,)}), add()]<|eot|>",
                    "",
                    "",
                    List.of(
                            "get_weather {\"city\": \"it's \\\"Paris\\\"\", \"days\": [1, 2.5, -3], \"deep\": {\"a\": [true, null]}}",
                            "add {}")),
            new Script(
                    SmallFamilies.LLAMA_4,
                    false,
                    "<|python_start|>[add(a = 1, b=\"\"\"two\nlines\"\"\",)]<|python_end|><|eom|>",
                    "",
                    "",
                    List.of("add {\"a\": 1, \"b\": \"two\\nlines\"}")),
            new Script(
                    SmallFamilies.LLAMA_4,
                    false,
                    "{\"name\": \"add\", \"parameters\": {\"a\": 1}}<|eot|>",
                    "",
                    "",
                    List.of("add {\"a\": 1}")),
            new Script(
                    SmallFamilies.LLAMA_4,
                    false,
                    "[1] is a footnote, [add] none.<|eot|>",
                    "",
                    "[1] is a footnote, [add] none.",
                    List.of()),
            new Script(
                    SmallFamilies.MISTRAL_7,
                    false,
                    "[TOOL_CALLS] [{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\"}}, {\"name\": \"add\", "
                            + "\"arguments\": {\"a\": [1, 2]}, \"id\": \"abcdef123\"}]</s>",
                    "",
                    "",
                    List.of("get_weather {\"city\": \"Paris\"}", "add {\"a\": [1, 2]}")),
            new Script(
                    SmallFamilies.MISTRAL_11,
                    false,
                    "[THINK]Which city?[/THINK]Sure.[TOOL_CALLS]get_weather[ARGS]{\"city\": \"Paris\"}[TOOL_CALLS]add[CALL_ID]"
                            + "abcdef123[ARGS]{\"a\": 1}</s>",
                    "Which city?",
                    "Sure.",
                    List.of("get_weather {\"city\": \"Paris\"}", "add {\"a\": 1}")),
            new Script(
                    SmallFamilies.DEEPSEEK_3,
                    true,
                    "Hm.\n</think>\n\nA moment.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n"
                            + "{\"city\": \"Paris\"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>add\n```json\n"
                            + "{\"a\": 1}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>",
                    "Hm.",
                    "A moment.",
                    List.of("get_weather {\"city\": \"Paris\"}", "add {\"a\": 1}")),
            new Script(
                    SmallFamilies.DEEPSEEK_3_1,
                    false,
                    "Looking.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{\"city\": \"Paris\"}"
                            + "<｜tool▁call▁end｜><｜tool▁call▁begin｜>add<｜tool▁sep｜>{\"a\": 1}<｜tool▁call▁end｜>"
                            + "<｜tool▁calls▁end｜><｜end▁of▁sentence｜>",
                    "",
                    "Looking.",
                    List.of("get_weather {\"city\": \"Paris\"}", "add {\"a\": 1}")),
            new Script(
                    SmallFamilies.GEMMA,
                    false,
                    "Well:\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": -0.5}}\n</tool_call><end_of_turn>",
                    "",
                    "Well:",
                    List.of("add {\"a\": -0.5}")));
}
