package orrery.token;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import orrery.token.split.CodePoints;
import orrery.token.split.Expressions;
import orrery.token.split.Finder;
import orrery.token.split.Spans;

/** A normalizer, applied to a text before it is split; the kinds are those of tokenizer.json. */
sealed interface Normalization
        permits Normalization.Form,
                Normalization.Lowercase,
                Normalization.Strip,
                Normalization.StripAccents,
                Normalization.Replace,
                Normalization.Prepend,
                Normalization.Bert,
                SentencePieceNormalization {
    String KNOWN =
            "NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Replace, Prepend, BertNormalizer and Sequence";

    /** @param text without unpaired surrogates */
    String apply(String text);

    /** The spelling in normalized text of an added token that is matched there. */
    default String ofToken(String content) {
        return apply(content);
    }

    /** One of Unicode's four normal forms. */
    record Form(Normalizer.Form form) implements Normalization {
        @Override
        public String apply(String text) {
            return NormalForm.of(text, form);
        }
    }

    /** Each character separately, so that a final sigma is treated like any other. */
    record Lowercase() implements Normalization {
        @Override
        public String apply(String text) {
            if (text.codePoints().allMatch(point -> point != 0x130 && Character.toLowerCase(point) == point)) {
                return text;
            }
            var small = new StringBuilder(text.length());
            // U+0130 is the only character that becomes two.
            text.codePoints()
                    .forEach(point -> (point == 0x130 ? small.append('i') : small)
                            .appendCodePoint(point == 0x130 ? 0x307 : Character.toLowerCase(point)));
            return small.toString();
        }
    }

    record Strip(boolean left, boolean right) implements Normalization {
        @Override
        public String apply(String text) {
            int from = 0;
            int to = text.length();
            while (left && from < to && CodePoints.WHITE_SPACE.contains(text.charAt(from))) {
                from++;
            }
            while (right && from < to && CodePoints.WHITE_SPACE.contains(text.charAt(to - 1))) {
                to--;
            }
            return text.substring(from, to);
        }
    }

    /** Removes combining marks of any kind. */
    record StripAccents() implements Normalization {
        @Override
        public String apply(String text) {
            return kept(
                    text,
                    point -> CodePoints.MARKS.contains(point)
                            ? LaterCharacters.MARKS.contains(point)
                            : !LaterCharacters.FORMER_MARKS.contains(point));
        }
    }

    /** @param pattern a string or, if {@code regex}, an expression */
    record Replace(String pattern, boolean regex, String content, Finder finder) implements Normalization {
        @Override
        public String apply(String text) {
            var matches = new Spans();
            finder.find(text, 0, text.length(), matches);
            if (matches.count() == 0) {
                return text;
            }
            var replaced = new StringBuilder(text.length());
            int begin = 0;
            for (int i = 0; i < matches.count(); i++) {
                replaced.append(text, begin, matches.start(i)).append(content);
                begin = matches.end(i);
            }
            return replaced.append(text, begin, text.length()).toString();
        }
    }

    record Prepend(String prefix) implements Normalization {
        @Override
        public String apply(String text) {
            return text.isEmpty() ? text : prefix + text;
        }
    }

    /** BERT's and GPT-1's: removes control characters, separates ideographs, and turns white space into spaces. */
    record Bert(boolean clean, boolean apart, boolean stripAccents, boolean lowercase) implements Normalization {
        @Override
        public String apply(String text) {
            String normal = clean ? cleaned(text) : text;
            normal = apart ? ideographsApart(normal) : normal;
            normal = stripAccents ? kept(NormalForm.of(normal, Normalizer.Form.NFD), Bert::isNoAccent) : normal;
            return lowercase ? new Lowercase().apply(normal) : normal;
        }

        private static String cleaned(String text) {
            var clean = new StringBuilder(text.length());
            text.codePoints().forEach(point -> {
                if (point == '\t' || point == '\n' || point == '\r') {
                    clean.append(' ');
                } else if (point != 0 && point != 0xFFFD && !isControl(point)) {
                    clean.appendCodePoint(CodePoints.WHITE_SPACE.contains(point) ? ' ' : point);
                }
            });
            return clean.toString();
        }

        private static boolean isNoAccent(int point) {
            boolean accent = Character.getType(point) == Character.NON_SPACING_MARK
                    && !LaterCharacters.MARKS.contains(point)
                    && !LaterCharacters.ACCENTS.contains(point);
            return !accent && !LaterCharacters.FORMER_ACCENTS.contains(point);
        }

        private static boolean isControl(int point) {
            int type = Character.getType(point);
            return (type == Character.CONTROL || type == Character.FORMAT || type == Character.PRIVATE_USE)
                    && !LaterCharacters.FORMATS.contains(point);
        }

        private static String ideographsApart(String text) {
            var apart = new StringBuilder(text.length());
            text.codePoints().forEach(point -> {
                if (isIdeograph(point)) {
                    apart.append(' ').appendCodePoint(point).append(' ');
                } else {
                    apart.appendCodePoint(point);
                }
            });
            return apart.toString();
        }

        private static boolean isIdeograph(int point) {
            return (point >= 0x4E00 && point <= 0x9FFF)
                    || (point >= 0x3400 && point <= 0x4DBF)
                    || (point >= 0x20000 && point <= 0x2A6DF)
                    || (point >= 0x2A700 && point <= 0x2B81F)
                    || (point >= 0x2B920 && point <= 0x2CEAF)
                    || (point >= 0xF900 && point <= 0xFAFF)
                    || (point >= 0x2F800 && point <= 0x2FA1F);
        }
    }

    private static String kept(String text, IntPredicate kept) {
        if (text.codePoints().allMatch(kept)) {
            return text;
        }
        return text.codePoints()
                .filter(kept)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Applies one after another. */
    static String all(List<Normalization> steps, String text) {
        String normal = text;
        for (Normalization step : steps) {
            normal = step.apply(normal);
        }
        return normal;
    }

    /** Applies {@link #ofToken(String)} of one after another. */
    static String ofToken(List<Normalization> steps, String content) {
        String normal = content;
        for (Normalization step : steps) {
            normal = step.ofToken(normal);
        }
        return normal;
    }

    /** @throws TokenizerException if a kind is unknown */
    static List<Normalization> of(JsonObject json) {
        List<Normalization> steps = new ArrayList<>();
        for (JsonObject step : json.flat("normalizers")) {
            steps.add(one(step));
        }
        return List.copyOf(steps);
    }

    private static Normalization one(JsonObject json) {
        String type = json.string("type");
        return switch (type) {
            case "NFC", "NFD", "NFKC", "NFKD" -> new Form(Normalizer.Form.valueOf(type));
            case "Lowercase" -> new Lowercase();
            case "Strip" -> new Strip(json.flag("strip_left", true), json.flag("strip_right", true));
            case "StripAccents" -> new StripAccents();
            case "Prepend" -> new Prepend(json.string("prepend"));
            case "Replace" -> {
                JsonObject pattern = json.requiredObject("pattern");
                Optional<String> literal = pattern.optionalString("String");
                String wanted = literal.orElseGet(() -> pattern.string("Regex"));
                yield new Replace(
                        wanted,
                        literal.isEmpty(),
                        json.string("content"),
                        literal.isPresent() ? Finder.literal(wanted) : Expressions.finder(wanted));
            }
            case "BertNormalizer" ->
                new Bert(
                        json.flag("clean_text", true),
                        json.flag("handle_chinese_chars", true),
                        json.flag("strip_accents", json.flag("lowercase", true)),
                        json.flag("lowercase", true));
            default ->
                throw new TokenizerException(json.where() + " is " + type + ", which is unknown; known are " + KNOWN);
        };
    }
}
