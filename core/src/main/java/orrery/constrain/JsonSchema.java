package orrery.constrain;

import java.util.List;
import orrery.constrain.Conjunction.Literal;

/**
 * A JSON Schema (draft 2020-12; what earlier drafts and OpenAPI 3.0 write is understood) as the grammar of the
 * documents that are valid for it: <a href="https://json-schema.org/draft/2020-12">json-schema.org</a>. Every
 * document of the grammar is valid. The other way round, properties stand in the schema's order, white space is at
 * most one space or one line break with indentation at a place, and strings have no needless escapes.
 *
 * @param grammar the documents
 * @param notes what was ignored, with its place; nothing if the options are strict
 */
public record JsonSchema(Grammar grammar, List<String> notes) {
    public JsonSchema {
        notes = List.copyOf(notes);
    }

    /**
     * Reads a schema.
     *
     * @param schema the schema as JSON
     * @return a grammar; if no document is valid for the schema, no answer follows it
     * @throws SchemaException if it is not a schema, if it is too large, or, for strict options, if it has a keyword
     *     that no grammar can keep
     */
    public static JsonSchema of(String schema, SchemaOptions options) {
        return of(JsonValue.read(schema), options);
    }

    static JsonSchema of(JsonValue schema, SchemaOptions options) {
        var document = new SchemaDocument(schema);
        var refusals = new Refusals(options);
        var reader = new SchemaReader(document, refusals, new Automaton());
        var rules = new SchemaRules(reader).of(Conjunction.of(new Literal(document.root(), true)));
        return new JsonSchema(new Grammar(rules, SchemaRules.START), refusals.notes());
    }
}
