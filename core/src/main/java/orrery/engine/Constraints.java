package orrery.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import orrery.constrain.CompileLimits;
import orrery.constrain.CompiledGrammar;
import orrery.constrain.ControlToken;
import orrery.constrain.EcmaPattern;
import orrery.constrain.Gbnf;
import orrery.constrain.Grammar;
import orrery.constrain.JsonSchema;
import orrery.constrain.SchemaOptions;
import orrery.constrain.TokenTrie;
import orrery.token.Tokenizer;

/**
 * Constraints on the answers of one model, for {@link Request#withConstraint}. An answer that ends by itself follows
 * its grammar; one that is cut is the beginning of one that does.
 *
 * <pre>{@code
 * var person = engine.constraints().jsonSchema("""
 *         {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
 *          "required": ["name", "age"], "additionalProperties": false}""");
 * engine.submit(engine.chat("Who wrote Faust, and how old was he?").withConstraint(person));
 * }</pre>
 *
 * <p>Grammars are compiled on the caller's thread, in at most a second, and the last ones are kept. Several threads may
 * use one object.
 */
public final class Constraints {
    private static final int KEPT = 8;

    /** Less than the default: the masks of one answer hold up all others, and several grammars are kept. */
    private static final CompileLimits LIMITS = new CompileLimits(Duration.ofSeconds(1), 3_000_000, 64 << 20, 32 << 20);

    private final Tokenizer tokenizer;
    private final int[] stopIds;
    private final int vocabSize;

    /** The least recently used first. */
    private final Map<Grammar, CompiledGrammar> compiled = new LinkedHashMap<>(16, 0.75f, true);

    private @Nullable Model model;

    /** What all answers share; made when it is first needed. */
    private record Model(TokenTrie vocabulary, CanonicalTokens canonical) {}

    /** @param vocabSize the logits per row */
    Constraints(Tokenizer tokenizer, SortedSet<Integer> stopIds, int vocabSize) {
        this.tokenizer = tokenizer;
        this.stopIds = stopIds.stream().mapToInt(Integer::intValue).toArray();
        this.vocabSize = vocabSize;
    }

    /**
     * JSON that follows a schema (draft 2020-12, and what draft-07 and OpenAPI 3.0 write).
     *
     * @throws orrery.OrreryException naming the keyword's place, if a keyword cannot be kept, or the schema is too
     *     large
     */
    public Supplier<TokenConstraint> jsonSchema(String schema) {
        return grammar(JsonSchema.of(schema, SchemaOptions.STRICT).grammar());
    }

    /** Any JSON object. */
    public Supplier<TokenConstraint> jsonObject() {
        return jsonSchema("{\"type\": \"object\"}");
    }

    /**
     * A text that a regular expression matches as a whole; its form is ECMAScript's, without look-around and
     * back-references.
     *
     * @throws orrery.OrreryException if it is malformed or too large
     */
    public Supplier<TokenConstraint> regex(String expression) {
        return grammar(Grammar.matching(EcmaPattern.wholeMatch(expression)));
    }

    /**
     * A text that follows a grammar in GBNF, llama.cpp's form; {@code root} is its start.
     *
     * @throws orrery.OrreryException naming the line, if it is malformed or too large
     */
    public Supplier<TokenConstraint> gbnf(String grammar) {
        return grammar(Gbnf.parse(grammar));
    }

    /**
     * One of some texts.
     *
     * @throws orrery.OrreryException if there is none
     */
    public Supplier<TokenConstraint> choice(List<String> texts) {
        return grammar(Grammar.choices(texts));
    }

    /**
     * A text that follows a grammar.
     *
     * @throws orrery.OrreryException if no answer can follow it, or it is too large
     */
    public Supplier<TokenConstraint> grammar(Grammar grammar) {
        synchronized (compiled) {
            var known = compiled.get(grammar);
            if (known != null) {
                return constraint(known);
            }
        }
        var made = CompiledGrammar.compile(grammar, model().vocabulary, LIMITS);
        synchronized (compiled) {
            compiled.put(grammar, made);
            if (compiled.size() > KEPT) {
                compiled.remove(compiled.keySet().iterator().next());
            }
        }
        return constraint(made);
    }

    private Supplier<TokenConstraint> constraint(CompiledGrammar grammar) {
        return () -> new GrammarConstraint(grammar.matcher(), model().canonical, stopIds);
    }

    private synchronized Model model() {
        if (model == null) {
            model = new Model(TokenTrie.of(vocabSize, this::bytes), new CanonicalTokens(tokenizer, vocabSize));
        }
        return model;
    }

    /** An id that ends an answer is not text, even if the tokenizer has one for it. */
    private byte[] bytes(int id) {
        boolean control = tokenizer.isSpecial(id) || java.util.Arrays.binarySearch(stopIds, id) >= 0;
        return control ? ControlToken.bytes(id) : ControlToken.text(tokenizer.bytesOf(id));
    }
}
