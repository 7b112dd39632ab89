package orrery.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents the grammar of a schema has, keyword by keyword: schema, then valid documents, then others. */
final class JsonSchemaTest {
    private static SentenceReader reader(String schema) {
        return new SentenceReader(
                JsonSchema.of(schema.replace('\'', '"'), SchemaOptions.STRICT).grammar());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true | null; 1; -2.5e+10; 'x'; [1, {}]; {'a': [true]} | nul; 01; {'a' 1}; [1,]; 'x",
                "{} | false; 0.0; ''; [] | +1; .5; 1.; {,}",
                "{'type': 'integer'} | 0; -7; 123456789012345678901234567890; 5.0 | 1.5; '1'; 1e3; 007",
                "{'type': ['string', 'null']} | null; 'a' | 1; [null]",
                "{'type': 'number', 'minimum': -1.5, 'exclusiveMaximum': 12} | -1.5; -1; 0; 11.999; -0.3 | -1.51; 12; 12.0; 100; -2",
                "{'type': 'number', 'minimum': 0} | 0; 1e-05; 3.25; 1e+16 | -0.1; -1e5",
                "{'type': 'integer', 'minimum': 98, 'maximum': 1203} | 98; 99; 100; 999; 1000; 1199; 1203; 98.0 | 97; 1204; 1300; 98.5; 9",
                "{'type': 'integer', 'exclusiveMinimum': 0, 'maximum': 10} | 1; 10 | 0; -0; 11",
                "{'maximum': 10, 'exclusiveMaximum': true} | 9.5; 'x' | 10; 10.0",
                "{'type': 'integer', 'multipleOf': 7, 'minimum': -20, 'maximum': 50} | 0; 7; 14; 49; -14 | 1; 8; 56; -21",
                "{'multipleOf': 0.01} | 1.25; 3; 0.1; 'x' | 1.255; 0.001",
                "{'type': 'number', 'multipleOf': 2.5} | 2.5; 5; 10; -7.5; 0 | 2; 1.5; 7.25",
                "{'type': 'integer', 'not': {'multipleOf': 3}} | 1; 2; 4; 10 | 0; 3; 12",
                "{'enum': ['a', 'ab', 1, 1.5, null, true, [1, 'b'], {'x': 1}]} | 'a'; 'ab'; 1; 1.0; 1.5; null; true; [1, 'b']; {'x': 1} | 'b'; 'aba'; 2; false; [1]; {}; {'x': 2}",
                "{'const': 'l\\n\u00e9'} | 'l\\n\u00e9' | 'l\\n'; 'l\u00e9'",
                "{'type': 'string', 'minLength': 2, 'maxLength': 3} | 'ab'; 'abc'; '\u00e9\u20ac\ud83d\ude00'; '\\n\\ud83d\\ude00' | 'a'; 'abcd'; ''",
                "{'type': 'array', 'items': {'type': 'integer'}, 'minItems': 1, 'maxItems': 3} | [1]; [1, 2]; [1,2,3] | []; [1, 2, 3, 4]; ['a']; [1 , 2]",
                "{'type': 'array', 'prefixItems': [{'type': 'integer'}, {'type': 'string'}], 'items': false} | []; [1]; [1, 'a'] | ['a']; [1, 2]; [1, 'a', 3]",
                "{'type': 'array', 'items': [{'const': 1}], 'additionalItems': {'const': 2}} | []; [1]; [1, 2, 2] | [2]; [1, 1]",
                "{'type': 'array', 'items': {'type': 'integer'}, 'contains': {'minimum': 5}} | [5]; [1, 7, 2] | []; [1, 2]",
                "{'type': 'array', 'contains': {'const': 1}, 'maxItems': 3, 'minItems': 2} | [1, 2]; [2, 1]; [0, 0, 1] | [1]; [2, 3]; [1, 2, 3, 4]",
                "{'uniqueItems': true, 'maxItems': 1} | []; [1]; 3 | [1, 2]",
                "{'type': 'object', 'properties': {'a': {'type': 'integer'}, 'b': {}}, 'required': ['b'], 'additionalProperties': false} | {'a': 1, 'b': 2}; {'b': []} | {}; {'a': 1}; {'b': 1, 'a': 1}; {'b': 1, 'c': 1}",
                "{'type': 'object', 'properties': {'a': {'type': 'integer'}}} | {}; {'a': 1}; {'a': 1, 'z': 'x'}; {'zz': 1, 'y': 2}; {'ab': 'x'}; {'': 1} | {'a': 'x'}; {'z': 1, 'a': 'x'}",
                "{'type': 'object', 'additionalProperties': {'type': 'integer'}, 'minProperties': 1, 'maxProperties': 2} | {'x': 1}; {'x': 1, 'y': 2} | {}; {'x': 'y'}; {'x': 1, 'y': 2, 'z': 3}",
                "{'properties': {'a': {'const': 1}, 'b': {'const': 2}, 'c': {'const': 3}}, 'minProperties': 2, 'type': 'object', 'additionalProperties': false} | {'a': 1, 'b': 2}; {'b': 2, 'c': 3}; {'a': 1, 'b': 2, 'c': 3} | {}; {'a': 1}",
                "{'properties': {'a': {'const': 1}, 'b': {'const': 2}}, 'maxProperties': 1, 'type': 'object'} | {}; {'a': 1}; {'b': 2}; {'c': 2} | {'a': 1, 'b': 2}; {'a': 1, 'c': 2}",
                "{'type': 'object', 'propertyNames': {'maxLength': 2}} | {}; {'ab': 1} | {'abc': 1}",
                "{'type': 'object', 'propertyNames': {'enum': ['a', 'b']}, 'additionalProperties': {'type': 'null'}} | {'b': null}; {} | {'c': null}; {'a': 1}",
                "{'type': 'object', 'required': ['x'], 'minProperties': 1} | {'x': 1}; {'x': 1, 'y': 2} | {}; {'y': 1}",
                "{'anyOf': [{'type': 'string'}, {'type': 'integer', 'minimum': 3}]} | 'x'; 3 | 2; null",
                "{'oneOf': [{'type': 'integer'}, {'type': 'number', 'minimum': 2}]} | 1; 2.5 | 2; 3; 1.5; 'x'",
                "{'oneOf': [{'required': ['a']}, {'required': ['b']}], 'type': 'object', 'properties': {'a': {}, 'b': {}}} | {'a': 1}; {'b': 1}; {'a': 1, 'c': 1} | {}; {'a': 1, 'b': 1}",
                "{'oneOf': [{'properties': {'k': {'const': 'x'}, 'v': {'type': 'integer'}}, 'required': ['k']}, {'properties': {'k': {'const': 'y'}}, 'required': ['k']}], 'type': 'object'} | {'k': 'x', 'v': 1}; {'k': 'y', 'v': 's'} | {'k': 'x', 'v': 's'}; {'k': 'z'}; {}",
                "{'allOf': [{'properties': {'a': {'type': 'integer'}}}, {'properties': {'a': {'minimum': 3}}, 'required': ['a']}], 'type': 'object'} | {'a': 3} | {'a': 2}; {'a': 'x'}; {}",
                "{'type': 'object', 'not': {'required': ['a']}} | {}; {'b': 1} | {'a': 1}; {'b': 1, 'a': 1}",
                "{'not': {'type': 'string'}} | 1; null; [] | 'x'",
                "{'type': 'string', 'not': {'enum': ['a', 'b']}} | 'c'; 'ab'; '' | 'a'; 'b'",
                "{'type': 'object', 'properties': {'a': {'not': {'type': 'object', 'required': ['x']}}}} | {'a': 1}; {'a': {}}; {'a': {'y': 1}} | {'a': {'x': 1}}",
                "{'type': 'object', 'properties': {'a': {'type': 'boolean'}, 'b': {}}, 'if': {'properties': {'a': {'const': true}}, 'required': ['a']}, 'then': {'required': ['b']}, 'else': {'maxProperties': 1}} | {'a': true, 'b': 1}; {'a': false}; {'b': 1} | {'a': true}; {'a': false, 'b': 1}",
                "{'type': 'object', 'properties': {'a': {}, 'b': {}}, 'dependentRequired': {'a': ['b']}} | {}; {'b': 1}; {'a': 1, 'b': 1} | {'a': 1}",
                "{'type': 'object', 'properties': {'a': {}, 'b': {}}, 'dependencies': {'a': {'properties': {'b': {'type': 'integer'}}}}} | {'b': 'x'}; {'a': 1, 'b': 1}; {'a': 1} | {'a': 1, 'b': 'x'}",
                "{'$ref': '#/$defs/list', '$defs': {'list': {'type': ['object', 'null'], 'properties': {'next': {'$ref': '#/$defs/list'}}, 'required': ['next'], 'additionalProperties': false}}} | null; {'next': {'next': null}} | {}; {'next': 1}",
                "{'type': 'array', 'items': {'$ref': '#node'}, '$defs': {'n': {'$anchor': 'node', 'const': 1}}} | [1, 1] | [2]",
                "{'$id': 'http://x.org/root', 'items': {'$ref': 'item'}, 'type': 'array', '$defs': {'n': {'$id': '/item', 'const': 1}}} | [1, 1] | [2]",
                "{'$schema': 'http://json-schema.org/draft-07/schema#', 'items': {'$ref': '#/definitions/n', 'minimum': 3}, 'type': 'array', 'definitions': {'n': {'type': 'integer'}}} | [1] | ['x']",
                "{'$schema': 'http://json-schema.org/draft-04/schema#', 'type': 'integer', 'minimum': 1} | 1; 20 | 1.0; 0",
                "{'oneOf': [{'properties': {'b': {'const': 1}}, 'required': ['b']}, {'properties': {'b': {'const': 2}}, 'required': ['b']}], 'properties': {'a': {}, 'b': {}}, 'type': 'object'} | {'a': 1, 'b': 2}; {'b': 1, 'a': 1}; {'b': 2} | {'a': 1}; {'a': 1, 'b': 3}",
                "{'type': 'integer', 'nullable': true} | 1; null | 'x'",
                "{'type': 'object', 'allOf': [{'properties': {'a': {}}}], 'properties': {'b': {}}, 'unevaluatedProperties': false} | {'a': 1, 'b': 2}; {} | {'c': 1}",
                "{'type': 'array', 'prefixItems': [{'const': 1}], 'unevaluatedItems': false} | [1]; [] | [1, 2]; [2]",
                "{'type': 'object', 'title': 'x', 'default': 3, 'x-own': {'y': 1}, 'additionalProperties': false} | {} | {'a': 1}",
            })
    void aGrammarHasTheValidDocumentsAndNoOthers(String schema, String valid, String others) {
        var reader = reader(schema);
        for (String document : valid.split("; ")) {
            assertThat(reader.accepts(document.strip().replace('\'', '"')))
                    .as("%s allows %s", schema, document)
                    .isTrue();
        }
        for (String document : others.split("; ")) {
            assertThat(reader.accepts(document.strip().replace('\'', '"')))
                    .as("%s allows %s", schema, document)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type': 'array', 'uniqueItems': true} | /uniqueItems",
                "{'type': 'object', 'properties': {'a': {'$ref': 'http://x.org/y'}}} | /properties/a/$ref",
                "{'$ref': '#/$defs/x'} | /$ref",
                "{'type': 'strin'} | /type",
                "{'type': 'string', 'format': 'postcode'} | /format",
                "{'properties': {'a/b': {'minLength': -1}}} | /properties/a~1b/minLength",
                "{'properties': 3} | /properties",
                "{'type': 'array', 'contains': {}, 'minContains': 2} | /minContains",
                "{'type': 'object', 'minProperties': 2} | /minProperties",
                "{'allOf': [{'$ref': '#'}]} | ``",
                "{'type': 'number', 'multipleOf': 0} | /multipleOf",
                "{'type': 'number', 'minimum': 1e500} | /minimum",
                "[] | ``",
                "{'a': 1 | ``",
            })
    void whatCannotBeKeptIsRefusedWithItsPlace(String schema, String pointer) {
        assertThatThrownBy(() -> reader(schema))
                .isInstanceOfSatisfying(
                        SchemaException.class, e -> assertThat(e.pointer()).isEqualTo(pointer))
                .hasMessageStartingWith("#" + pointer + ": ");
    }

    @Test
    void aLenientReaderIgnoresWhatItCannotKeepAndSaysSo() {
        var schema =
                JsonSchema.of("{\"type\": \"array\", \"uniqueItems\": true, \"maxItems\": 2}", SchemaOptions.LENIENT);

        assertThat(new SentenceReader(schema.grammar()).accepts("[1, 1]")).isTrue();
        assertThat(new SentenceReader(schema.grammar()).accepts("[1, 1, 1]")).isFalse();
        assertThat(schema.notes()).singleElement().asString().startsWith("#/uniqueItems: ");
    }

    @Test
    void whiteSpaceIsOneSpaceOrOneLineWithIndentation() {
        var reader = reader("{'type': 'object', 'properties': {'a': {'type': 'array'}, 'b': {}}}");

        assertThat(reader.accepts("{\"a\":[1,2],\"b\":3}")).isTrue();
        assertThat(reader.accepts("{\"a\": [1, 2], \"b\": 3}")).isTrue();
        assertThat(reader.accepts("{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}"))
                .isTrue();
        assertThat(reader.accepts("{\n\t\"a\": [\n\t\t1,\n\t\t2\n\t],\n\t\"b\": []\n}"))
                .isTrue();
        assertThat(reader.accepts("{  \"a\": []}")).isFalse();
        assertThat(reader.accepts("{\n\n\"a\": []}")).isFalse();
        assertThat(reader.accepts(" {\"a\": []}")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "false",
                "{'type': 'integer', 'minimum': 3, 'maximum': 2}",
                "{'type': 'object', 'required': ['a'], 'properties': {'a': {'type': 'string', 'enum': [1]}}}",
                "{'$ref': '#/$defs/a', '$defs': {'a': {'type': 'array', 'items': {'$ref': '#/$defs/a'}, 'minItems': 1}}}",
            })
    void noAnswerFollowsASchemaWithoutValidDocuments(String schema) {
        var grammar =
                JsonSchema.of(schema.replace('\'', '"'), SchemaOptions.STRICT).grammar();
        var bytes = TokenTrie.of(256, b -> new byte[] {(byte) b});

        assertThatThrownBy(() -> CompiledGrammar.compile(grammar, bytes, CompileLimits.DEFAULT))
                .isInstanceOf(GrammarException.class)
                .hasMessageStartingWith("no answer follows the grammar");
    }

    @Test
    void largeBoundsAreCounted() {
        var reader = reader("{'type': 'array', 'minItems': 3, 'maxItems': 1000000, 'items': {'type': 'string',"
                + " 'maxLength': 10000}}");

        assertThat(reader.accepts("[\"\",\"" + "x".repeat(10_000) + "\",\"\"]")).isTrue();
        assertThat(reader.accepts("[\"\",\"" + "x".repeat(10_001) + "\",\"\"]")).isFalse();
    }
}
