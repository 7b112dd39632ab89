package orrery.token;

import java.util.ArrayList;
import java.util.List;
import orrery.token.split.SplitException;

/**
 * Converts text to ids: added tokens, normalization, pre-tokenization, the model. Immutable except for caches; several
 * threads may use it at the same time.
 */
final class Encoder {
    private final AddedTokens raw;
    private final AddedTokens normalized;
    private final List<Normalization> normalizers;
    private final List<PreTokenizer> preTokenizers;
    private final Model model;
    private final String origin;

    /**
     * @param added the tokens that are matched in texts
     * @param model reads bytes itself if the last pre-tokenizer is ByteLevel
     */
    Encoder(TokenizerFacts facts, List<AddedToken> added, Model model) {
        origin = facts.origin();
        normalizers = facts.normalizers();
        preTokenizers = facts.preTokenizers();
        this.model = model;
        raw = new AddedTokens(
                added.stream().filter(token -> !token.normalized()).toList());
        // Special tokens come first, so that they win if two tokens are equal after normalization.
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

    /** A stand-in matches within a text unchanged; a token to which a normalizer prepends something would not. */
    private AddedToken asNormalized(AddedToken token) {
        return ControlTokens.isStandIn(token.content())
                ? token
                : token.withContent(Normalization.ofToken(normalizers, token.content()));
    }

    /**
     * The text's ids. Unpaired surrogates are read as U+FFFD, because they are not characters.
     *
     * @throws TokenizerException if an expression needs too much time, or a character has no token at all
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
