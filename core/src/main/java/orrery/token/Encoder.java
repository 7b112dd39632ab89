package orrery.token;

import java.util.ArrayList;
import java.util.List;
import orrery.token.split.SplitException;

/**
 * Text to ids: added tokens, normalisation, pre-tokenisation, the model. Immutable but for caches; for many threads at
 * once.
 */
final class Encoder {
    private final AddedTokens raw;
    private final AddedTokens normalized;
    private final List<Normalization> normalizers;
    private final List<PreTokenizer> preTokenizers;
    private final Model model;
    private final String origin;

    /**
     * @param added the tokens that are found in texts
     * @param model takes bytes itself where the last pre-tokenizer is ByteLevel
     */
    Encoder(TokenizerFacts facts, List<AddedToken> added, Model model) {
        origin = facts.origin();
        normalizers = facts.normalizers();
        preTokenizers = facts.preTokenizers();
        this.model = model;
        raw = new AddedTokens(
                added.stream().filter(token -> !token.normalized()).toList());
        // Special tokens come first, so that they count where two are alike when they are normalised.
        var ordered = new ArrayList<AddedToken>();
        for (boolean special : new boolean[] {true, false}) {
            added.stream()
                    .filter(token -> token.normalized() && token.special() == special)
                    .map(this::asNormalized)
                    .filter(token -> !token.content().isEmpty())
                    .forEach(ordered::add);
        }
        normalized = new AddedTokens(ordered);
    }

    /** A stand-in is found as it is, in the midst of a text, where a token that a normaliser prepends to is not. */
    private AddedToken asNormalized(AddedToken token) {
        return ControlTokens.isStandIn(token.content())
                ? token
                : token.withContent(Normalization.ofToken(normalizers, token.content()));
    }

    /**
     * The text's ids. Unpaired surrogates are read as U+FFFD: they are no characters.
     *
     * @throws TokenizerException if an expression asks for too much work, or a character cannot be spelled at all
     */
    int[] encode(String text) {
        String whole = withoutUnpairedSurrogates(text);
        var ids = new Ids(whole.length() / 3);
        var run = new Run(ids);
        try {
            run.raw(whole);
        } catch (SplitException | TokenizerException refused) {
            throw new TokenizerException(origin + ": " + refused.getMessage(), refused);
        }
        return ids.toArray();
    }

    /** The encoding of one text. */
    private final class Run {
        private final Ids ids;
        private final Model.PieceEncoder pieces = model.encoder();

        Run(Ids ids) {
            this.ids = ids;
        }

        void raw(String text) {
            raw.split(text, 0, text.length(), new AddedTokens.Parts() {
                @Override
                public void text(int from, int to) {
                    if (normalizers.isEmpty()) {
                        normal(text, from, to, from == 0);
                    } else {
                        String normal = Normalization.all(normalizers, text.substring(from, to));
                        normal(normal, 0, normal.length(), from == 0);
                    }
                }

                @Override
                public void token(AddedToken token) {
                    ids.add(token.id());
                }
            });
        }

        private void normal(String text, int start, int end, boolean first) {
            normalized.split(text, start, end, new AddedTokens.Parts() {
                @Override
                public void text(int from, int to) {
                    cut(text, from, to, first && from == start);
                }

                @Override
                public void token(AddedToken token) {
                    ids.add(token.id());
                }
            });
        }

        private void cut(String text, int from, int to, boolean first) {
            if (preTokenizers.isEmpty()) {
                pieces.encode(text, from, to, ids);
                return;
            }
            var cut = new Pieces(text, from, to, first);
            for (int i = 0; i < preTokenizers.size(); i++) {
                if (i == preTokenizers.size() - 1 && preTokenizers.get(i) instanceof PreTokenizer.ByteLevel bytes) {
                    bytes.cut(cut);
                } else {
                    preTokenizers.get(i).apply(cut);
                }
            }
            var spans = cut.spans();
            for (int i = 0; i < spans.count(); i++) {
                pieces.encode(cut.text(), spans.start(i), spans.end(i), ids);
            }
        }
    }

    static String withoutUnpairedSurrogates(String text) {
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (isSurrogate(codePoint)) {
                return text.codePoints()
                        .map(each -> isSurrogate(each) ? 0xFFFD : each)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            }
            i += Character.charCount(codePoint);
        }
        return text;
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
