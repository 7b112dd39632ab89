package orrery.atlas;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a mechanism's page says, from the file {@code mechanisms.txt}.
 *
 * @param summary one sentence
 * @param explanation what happens, and why
 * @param formulas in {@link Html#formula}'s notation
 * @param cost what it costs or saves; the models' own numbers follow it
 * @param source where it was described
 * @param address of that source
 */
record MechanismText(
        String summary, String explanation, List<String> formulas, String cost, String source, String address) {
    private static final String FILE = "mechanisms.txt";
    private static final Map<Mechanism, MechanismText> ALL = read(Atlas.resource(FILE));

    static MechanismText of(Mechanism mechanism) {
        var text = ALL.get(mechanism);
        if (text == null) {
            throw new IllegalStateException(FILE + " says nothing about " + mechanism.slug());
        }
        return text;
    }

    /** Blocks of lines {@code key: text} with an empty line between them. */
    private static Map<Mechanism, MechanismText> read(String file) {
        var all = new EnumMap<Mechanism, MechanismText>(Mechanism.class);
        for (String block : file.split("\\R\\R")) {
            var texts = block.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(": ", 2))
                    .collect(Collectors.groupingBy(
                            line -> line[0], Collectors.mapping(line -> line[1], Collectors.toList())));
            if (!texts.isEmpty()) {
                all.put(Mechanism.valueOf(name(one(texts, "mechanism"))), of(texts));
            }
        }
        return all;
    }

    private static String name(String slug) {
        return slug.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static MechanismText of(Map<String, List<String>> texts) {
        String source = one(texts, "source");
        boolean paper = texts.containsKey("arxiv");
        String address = one(texts, paper ? "arxiv" : "address");
        return new MechanismText(
                one(texts, "summary"),
                one(texts, "explanation"),
                texts.getOrDefault("formula", List.of()),
                one(texts, "cost"),
                paper ? source + " (arXiv:" + address + ")" : source,
                paper ? "https://arxiv.org/abs/" + address : address);
    }

    private static String one(Map<String, List<String>> texts, String key) {
        var values = texts.getOrDefault(key, List.of());
        if (values.size() != 1) {
            throw new IllegalStateException(FILE + ": " + values.size() + " lines \"" + key + "\" in the block of "
                    + texts.getOrDefault("mechanism", List.of()) + ", expected one");
        }
        return values.getFirst();
    }
}
