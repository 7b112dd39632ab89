package orrery.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orrery.token.split.CodePoints;
import orrery.token.split.Expressions;
import orrery.token.split.Finder;

/** Splits a text into the pieces that the model then splits into tokens; the kinds are those of tokenizer.json. */
sealed interface PreTokenizer {
    String KNOWN = "Split, ByteLevel, Metaspace, Digits, Punctuation, Whitespace, WhitespaceSplit, BertPreTokenizer,"
            + " CharDelimiterSplit and Sequence";

    /** ByteLevel's expression. */
    String GPT_2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    void apply(Pieces pieces);

    /** A description for messages. */
    default String described() {
        return switch (this) {
            case Split split -> split.pattern();
            case ByteLevel level -> level.cuts() ? "ByteLevel that splits" : "ByteLevel";
            case Metaspace _ -> "Metaspace";
        };
    }

    /**
     * Splits at the matches of a pattern.
     *
     * @param pattern as it is written; two with the same pattern are equal
     */
    record Split(String pattern, SplitBehaviour behaviour, boolean inverted, Found found) implements PreTokenizer {
        Split(String pattern, SplitBehaviour behaviour, boolean inverted, Finder finder) {
            this(pattern, behaviour, inverted, new Found(finder));
        }

        /** A split whose matches are pieces. */
        static Split isolated(String expression) {
            return of(expression, SplitBehaviour.ISOLATED, false);
        }

        static Split of(String expression, SplitBehaviour behaviour, boolean inverted) {
            return new Split(Expressions.written(expression), behaviour, inverted, Expressions.finder(expression));
        }

        /** Whether it splits at each space, and nowhere else. */
        boolean isAtSpaces() {
            return pattern.equals("\" \"");
        }

        @Override
        public void apply(Pieces pieces) {
            pieces.split(found.finder, behaviour, inverted);
        }

        /** Derived from the pattern, and therefore not part of equality. */
        record Found(Finder finder) {
            @Override
            public boolean equals(Object other) {
                return other instanceof Found;
            }

            @Override
            public int hashCode() {
                return 0;
            }
        }
    }

    /**
     * Converts bytes to characters, optionally after splitting with GPT-2's expression.
     *
     * @param prefixed whether every piece starts with a space
     * @param cuts whether it splits
     */
    record ByteLevel(boolean prefixed, boolean cuts) implements PreTokenizer {
        private static final Split CUT = Split.isolated(GPT_2);

        @Override
        public void apply(Pieces pieces) {
            cut(pieces);
            pieces.rewrite((piece, first) -> ByteAlphabet.spelled(piece));
        }

        /** All but the conversion: if nothing follows, the model reads bytes itself. */
        void cut(Pieces pieces) {
            if (prefixed) {
                pieces.rewrite((piece, first) -> piece.startsWith(" ") ? piece : " " + piece);
            }
            if (cuts) {
                CUT.apply(pieces);
            }
        }
    }

    /** When Metaspace adds a space before a piece. */
    enum Scheme {
        ALWAYS,
        FIRST,
        NEVER;

        static Scheme of(JsonObject json) {
            String word = json.optionalString("prepend_scheme")
                    .orElse(json.flag("add_prefix_space", true) ? "always" : "never");
            return switch (word) {
                case "always" -> ALWAYS;
                case "first" -> FIRST;
                case "never" -> NEVER;
                default ->
                    throw new TokenizerException(json.where() + ".prepend_scheme is " + word
                            + ", which is unknown; known are always, first and never");
            };
        }
    }

    /**
     * Replaces spaces by another character, as SentencePiece does.
     *
     * @param cuts whether every space starts a piece
     */
    record Metaspace(String replacement, Scheme scheme, boolean cuts) implements PreTokenizer {
        @Override
        public void apply(Pieces pieces) {
            pieces.rewrite((piece, first) -> {
                String spelled = piece.replace(" ", replacement);
                boolean prefix = scheme == Scheme.ALWAYS || (scheme == Scheme.FIRST && first);
                return prefix && !spelled.startsWith(replacement) ? replacement + spelled : spelled;
            });
            if (cuts) {
                pieces.split(Finder.literal(replacement), SplitBehaviour.MERGED_WITH_NEXT, false);
            }
        }
    }

    /** @throws TokenizerException if a kind is unknown */
    static List<PreTokenizer> of(JsonObject json) {
        List<PreTokenizer> steps = new ArrayList<>();
        for (JsonObject step : json.flat("pretokenizers")) {
            steps.addAll(one(step));
        }
        return List.copyOf(steps);
    }

    private static List<PreTokenizer> one(JsonObject json) {
        String type = json.string("type");
        return switch (type) {
            case "Split" -> {
                JsonObject pattern = json.requiredObject("pattern");
                Optional<String> literal = pattern.optionalString("String");
                SplitBehaviour behaviour = SplitBehaviour.of(json, SplitBehaviour.ISOLATED);
                boolean inverted = json.flag("invert", false);
                yield List.of(
                        literal.isPresent()
                                ? literal(literal.get(), behaviour, inverted)
                                : Split.of(pattern.string("Regex"), behaviour, inverted));
            }
            case "ByteLevel" ->
                List.of(new ByteLevel(json.flag("add_prefix_space", true), json.flag("use_regex", true)));
            case "Metaspace" -> {
                String replacement = json.optionalString("replacement").orElse("▁");
                if (replacement.codePointCount(0, replacement.length()) != 1) {
                    throw new TokenizerException(
                            json.where() + ".replacement must be one character, but is \"" + replacement + "\"");
                }
                yield List.of(new Metaspace(replacement, Scheme.of(json), json.flag("split", true)));
            }
            case "Digits" -> List.of(digits(json.flag("individual_digits", false)));
            case "Punctuation" -> List.of(punctuation(SplitBehaviour.of(json, SplitBehaviour.ISOLATED)));
            case "Whitespace" ->
                List.of(new Split("\\w+|[^\\w\\s]+", SplitBehaviour.REMOVED, true, CodePoints.wordsAndSigns()));
            case "WhitespaceSplit" -> List.of(whitespace());
            case "BertPreTokenizer" -> bert();
            case "CharDelimiterSplit" -> List.of(literal(json.string("delimiter"), SplitBehaviour.REMOVED, false));
            default ->
                throw new TokenizerException(json.where() + " is " + type + ", which is unknown; known are " + KNOWN);
        };
    }

    /** Splits numbers into digits, or off as a whole. */
    static Split digits(boolean each) {
        return Split.isolated(each ? "\\p{N}" : "\\p{N}+");
    }

    private static Split whitespace() {
        return new Split("\\s", SplitBehaviour.REMOVED, false, CodePoints.WHITE_SPACE.each());
    }

    /** As in BERT and GPT-1. */
    static List<PreTokenizer> bert() {
        return List.of(whitespace(), punctuation(SplitBehaviour.ISOLATED));
    }

    /** BERT's punctuation, character by character. */
    static Split punctuation(SplitBehaviour behaviour) {
        return new Split("[[:punct:]]", behaviour, false, CodePoints.BERT_PUNCTUATION.each());
    }

    /** The quotation marks distinguish a string from an expression with the same text. */
    private static Split literal(String literal, SplitBehaviour behaviour, boolean inverted) {
        return new Split("\"" + literal + "\"", behaviour, inverted, Finder.literal(literal));
    }
}
