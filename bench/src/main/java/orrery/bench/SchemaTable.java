package orrery.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orrery.constrain.CompileLimits;
import orrery.constrain.CompiledGrammar;
import orrery.constrain.GrammarException;
import orrery.constrain.GrammarMatcher;
import orrery.constrain.JsonSchema;
import orrery.constrain.SchemaException;
import orrery.constrain.SchemaOptions;
import orrery.constrain.TokenTrie;
import orrery.token.Tokenizer;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Compiles the schemas of a folder and times the masks along their instances, on one thread, as MaskBench
 * (arXiv:2501.10868) does. Each file is {@code {"schema": …, "tests": [{"data": …, "valid": true}]}}; instances are
 * written as Python's {@code json.dumps} writes them. Compiling includes the first mask; a mask includes reading the
 * token that follows. Each schema's grammar is new, so nothing is known of it, and the JVM is warm after the first
 * pass over the files.
 */
final class SchemaTable {
    private static final int PASSES = 2;

    private final List<Long> compiling = new ArrayList<>();
    private final List<Long> masks = new ArrayList<>();
    private int refused;
    private int right;
    private int forbidding;
    private int allowing;
    private int withoutInstances;

    private SchemaTable() {}

    /** {@code TOKENIZER FOLDER [N]}: a model's directory or GGUF file, files in MaskBench's form, every Nth of them. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2 && arguments.length != 3) {
            System.err.println("expected TOKENIZER FOLDER [N]");
            System.exit(2);
        }
        int every = arguments.length == 2 ? 1 : Integer.parseInt(arguments[2]);
        List<Path> files;
        try (var all = Files.list(Path.of(arguments[1]))) {
            files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        try (Tokenizer tokenizer = Tokenizer.read(Path.of(arguments[0]))) {
            var vocabulary = TokenTrie.of(tokenizer.vocabularySize(), tokenizer::bytesOf);
            System.out.printf(
                    Locale.ROOT,
                    "%,d tokens, trie of %.0f bytes per token%n",
                    vocabulary.size(),
                    (double) vocabulary.memory() / vocabulary.size());
            for (int pass = 1; pass <= PASSES; pass++) {
                var table = new SchemaTable();
                for (int i = every / 2; i < files.size(); i += every) {
                    table.measure(MaskBenchFile.read(files.get(i)), tokenizer, vocabulary);
                }
                table.print(pass);
            }
        }
    }

    private void measure(MaskBenchFile file, Tokenizer tokenizer, TokenTrie vocabulary) {
        long start = System.nanoTime();
        CompiledGrammar compiled;
        try {
            var grammar = JsonSchema.of(file.schema, SchemaOptions.STRICT).grammar();
            compiled = CompiledGrammar.compile(grammar, vocabulary, CompileLimits.DEFAULT);
            compiled.matcher().mask();
        } catch (SchemaException | GrammarException e) {
            refused++;
            return;
        }
        compiling.add(System.nanoTime() - start);
        boolean forbids = false;
        boolean allows = false;
        for (var instance : file.instances) {
            boolean accepted = accepts(compiled.matcher(), tokenizer.encode(instance.text));
            forbids |= instance.valid && !accepted;
            allows |= accepted && !instance.valid;
        }
        if (allows) {
            allowing++;
        } else if (forbids) {
            forbidding++;
        } else if (file.instances.isEmpty()) {
            withoutInstances++;
        } else {
            right++;
        }
    }

    /** Whether the grammar allows all tokens of a document and an end after them; one beyond the limits is refused. */
    private boolean accepts(GrammarMatcher matcher, int[] document) {
        try {
            for (int token : document) {
                long start = System.nanoTime();
                long[] mask = matcher.mask();
                if ((mask[token >> 6] >>> token & 1) == 0) {
                    masks.add(System.nanoTime() - start);
                    return false;
                }
                matcher.accept(token);
                masks.add(System.nanoTime() - start);
            }
            return matcher.mayEnd();
        } catch (GrammarException e) {
            return false;
        }
    }

    private void print(int pass) {
        System.out.printf(
                Locale.ROOT,
                "pass %d: %,d compiled, %,d refused; %,d with all instances right, %,d forbid a valid one, %,d allow an"
                        + " invalid one, %,d without instances%n",
                pass,
                compiling.size(),
                refused,
                right,
                forbidding,
                allowing,
                withoutInstances);
        MaskTable.print("compiling", compiling);
        MaskTable.print("masks", masks);
    }

    private record Instance(String text, boolean valid) {}

    /** A file's schema and instances. */
    private record MaskBenchFile(String schema, List<Instance> instances) {
        private static final JsonFactory JSON = new JsonFactory();

        static MaskBenchFile read(Path file) throws IOException {
            String schema = "true";
            var instances = new ArrayList<Instance>();
            try (var parser = JSON.createParser(ObjectReadContext.empty(), Files.readString(file))) {
                parser.nextToken();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    switch (name) {
                        case "schema" -> schema = text(parser);
                        case "tests" -> {
                            while (parser.nextToken() == JsonToken.START_OBJECT) {
                                instances.add(instance(parser));
                            }
                        }
                        default -> parser.skipChildren();
                    }
                }
            }
            return new MaskBenchFile(schema, instances);
        }

        private static Instance instance(JsonParser parser) {
            String data = "null";
            boolean valid = false;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "data" -> data = text(parser);
                    case "valid" -> valid = parser.currentToken() == JsonToken.VALUE_TRUE;
                    default -> parser.skipChildren();
                }
            }
            return new Instance(data, valid);
        }

        /** The current value as {@code json.dumps(value, ensure_ascii=False)} writes it. */
        private static String text(JsonParser parser) {
            var text = new StringBuilder();
            write(text, parser);
            return text.toString();
        }

        private static void write(StringBuilder text, JsonParser parser) {
            switch (parser.currentToken()) {
                case START_OBJECT -> {
                    String before = "{";
                    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                        text.append(before);
                        quote(text, parser.currentName());
                        text.append(": ");
                        parser.nextToken();
                        write(text, parser);
                        before = ", ";
                    }
                    text.append(before.equals("{") ? "{}" : "}");
                }
                case START_ARRAY -> {
                    String before = "[";
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        text.append(before);
                        write(text, parser);
                        before = ", ";
                    }
                    text.append(before.equals("[") ? "[]" : "]");
                }
                case VALUE_STRING -> quote(text, parser.getString());
                default -> text.append(parser.getString());
            }
        }

        private static void quote(StringBuilder text, String value) {
            text.append('"');
            for (char c : value.toCharArray()) {
                switch (c) {
                    case '"' -> text.append("\\\"");
                    case '\\' -> text.append("\\\\");
                    case '\n' -> text.append("\\n");
                    case '\r' -> text.append("\\r");
                    case '\t' -> text.append("\\t");
                    case '\b' -> text.append("\\b");
                    case '\f' -> text.append("\\f");
                    default -> {
                        if (c < ' ') {
                            text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                        } else {
                            text.append(c);
                        }
                    }
                }
            }
            text.append('"');
        }
    }
}
