package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * SentencePiece's normalization of a text: rewrites characters by the rules of its file, adds a space before it,
 * removes extra spaces, and replaces spaces by ▁. Source: {@code Normalizer::Normalize} of
 * github.com/google/sentencepiece.
 *
 * @param rules for characters; empty for those that do not change
 * @param symbols user-defined symbols, which do not change
 * @param spaceBefore whether a space is added before the text
 * @param fewSpaces whether spaces at both ends, and all but one of several, are removed
 */
record SentencePieceNormalization(
        Optional<CharacterMap> rules, AddedTokens symbols, boolean spaceBefore, boolean fewSpaces)
        implements Normalization {

    /** Whether it only replaces spaces by ▁, and possibly adds one before the text. */
    boolean isPlain() {
        return rules.isEmpty() && !fewSpaces;
    }

    @Override
    public String apply(String text) {
        if (text.isEmpty()) {
            return text;
        }
        String rewritten = rules.isPresent() ? rewritten(text, rules.get()) : text;
        String few = fewSpaces ? withFewSpaces(rewritten) : rewritten;
        String spelled = (spaceBefore ? " " + few : few).replace(' ', '▁');
        int end = spelled.length();
        // A literal ▁ in the text is also removed.
        while (fewSpaces && end > 0 && spelled.charAt(end - 1) == '▁') {
            end--;
        }
        return spelled.substring(0, end);
    }

    /** A token's own text is matched without a space before it. */
    @Override
    public String ofToken(String content) {
        return content.replace(' ', '▁');
    }

    private String rewritten(String text, CharacterMap map) {
        var whole = new StringBuilder(text.length());
        symbols.split(text, 0, text.length(), new AddedTokens.Parts() {
            @Override
            public void text(int from, int to) {
                byte[] bytes = text.substring(from, to).getBytes(UTF_8);
                for (int at = 0; at < bytes.length; ) {
                    at += map.rewrite(bytes, at, whole);
                }
            }

            @Override
            public void token(AddedToken token) {
                whole.append(token.content());
            }
        });
        return whole.toString();
    }

    private static String withFewSpaces(String text) {
        var few = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            boolean spare = text.charAt(i) == ' ' && (few.isEmpty() || few.charAt(few.length() - 1) == ' ');
            if (!spare) {
                few.append(text.charAt(i));
            }
        }
        return few.toString();
    }
}
