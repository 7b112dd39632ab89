package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * What SentencePiece does to a text: rewrites characters by the rules of its file, puts a space before it, takes away
 * spaces that are too many, and writes them as ▁. Source: {@code Normalizer::Normalize} of
 * github.com/google/sentencepiece.
 *
 * @param rules for characters; empty for those that stay as they are
 * @param symbols what its author defined, which stays as it is
 * @param spaceBefore whether a text is read as if a space stood before it
 * @param fewSpaces whether spaces at both ends go, and all but one of several
 */
record SentencePieceNormalization(
        Optional<CharacterMap> rules, AddedTokens symbols, boolean spaceBefore, boolean fewSpaces)
        implements Normalization {

    /** Whether spaces become ▁ and nothing else happens, but for one before the text. */
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
        // A ▁ that stands in the text goes, too.
        while (fewSpaces && end > 0 && spelled.charAt(end - 1) == '▁') {
            end--;
        }
        return spelled.substring(0, end);
    }

    /** A token's own text is looked for without a space before it. */
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
