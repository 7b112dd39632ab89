package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.OptionalInt;
import orrery.format.Utf8;

/**
 * Reads {@code vocab.json} and {@code merges.txt}, the files of GPT-1 and GPT-2. The vocabulary is GPT-1's if words end
 * with {@code </w>}, otherwise GPT-2's, whose pieces are bytes. Everything else about the two is hard-coded, as in
 * transformers ({@code OpenAIGPTTokenizer}, {@code GPT2Tokenizer}).
 */
final class VocabularyAndMerges {
    private static final String END_OF_WORD = "</w>";
    private static final String END_OF_TEXT = "<|endoftext|>";
    private static final String UNKNOWN = "<unk>";

    private VocabularyAndMerges() {}

    /**
     * @param where the vocabulary file's name
     * @param mergesWhere the merges file's name
     * @throws TokenizerException naming the file and the place in it, if one is malformed
     */
    static TokenizerFacts parse(byte[] vocabulary, String where, byte[] merges, String mergesWhere) {
        Spellings spellings = spellings(vocabulary, where);
        ListedMerges listed = merges(spellings, merges, mergesWhere);
        return endsWords(spellings) ? gpt1(spellings, listed, where) : gpt2(spellings, listed, where);
    }

    private static Spellings spellings(byte[] bytes, String where) {
        try {
            var json = new JsonReader(bytes);
            var spellings = new Spellings();
            json.require('{');
            for (boolean first = true; json.member(first); first = false) {
                int id = json.index();
                if (id < 0 || id > bytes.length) {
                    throw new TokenizerException(
                            where + " gives " + json.lastText() + " an id that no file of this length can need");
                }
                spellings.add(id, json.string, json.from, json.to);
            }
            return spellings.complete();
        } catch (JsonReader.Malformed malformed) {
            throw new TokenizerException(where + " is not valid JSON: " + malformed.getMessage(), malformed);
        }
    }

    /** One merge per line: two tokens with a space between. The first line may be a comment. */
    private static ListedMerges merges(Spellings spellings, byte[] bytes, String where) {
        int invalid = Utf8.invalid(bytes, 0, bytes.length);
        if (invalid >= 0) {
            throw new TokenizerException(where + " is not UTF-8 text, at byte " + invalid);
        }
        var list = new MergeList(
                spellings,
                (index, merged, lacking) -> new TokenizerException(
                        where + " makes \"" + merged + "\", but the vocabulary lacks \"" + lacking + "\""));
        int line = 0;
        for (int from = 0; from < bytes.length; ) {
            int to = from;
            int space = -1;
            int spaces = 0;
            while (to < bytes.length && bytes[to] != '\n') {
                space = bytes[to] == ' ' ? to : space;
                spaces += bytes[to] == ' ' ? 1 : 0;
                to++;
            }
            int next = to + 1;
            to = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
            String text = line++ == 0 || spaces != 1 ? new String(bytes, from, to - from, UTF_8) : "";
            if (spaces == 1 && !text.startsWith("#version")) {
                list.left(bytes, from, space);
                list.right(bytes, space + 1, to);
            } else if (to > from && !text.startsWith("#version")) {
                throw new TokenizerException(
                        where + ", line " + line + ": \"" + text + "\", expected two tokens with a space between");
            }
            from = next;
        }
        return list.merges();
    }

    private static boolean endsWords(Spellings spellings) {
        for (int entry = 0; entry < spellings.count(); entry++) {
            if (spellings.end(entry) - spellings.start(entry) > END_OF_WORD.length()
                    && spellings.text(entry).endsWith(END_OF_WORD)) {
                return true;
            }
        }
        return false;
    }

    private static TokenizerFacts gpt2(Spellings spellings, ListedMerges merges, String where) {
        int end = spellings.find(END_OF_TEXT);
        List<AddedToken> added = end < 0 ? List.of() : List.of(new AddedToken(end, END_OF_TEXT, true));
        return new TokenizerFacts(
                where,
                new Vocabulary(spellings, added),
                List.of(),
                List.of(new PreTokenizer.ByteLevel(false, true)),
                new Bpe(spellings, merges, new Bpe.Symbols(true, false, "", OptionalInt.empty(), false, false)),
                PostProcessor.NOTHING,
                new PieceDecoder(List.of(new PieceDecoder.Step.ByteLevel()), PieceDecoder.Strip.NOTHING, false),
                Roles.of(end, end));
    }

    private static TokenizerFacts gpt1(Spellings spellings, ListedMerges merges, String where) {
        int unknown = spellings.find(UNKNOWN);
        if (unknown < 0) {
            throw new TokenizerException(where + " lacks " + UNKNOWN + ", which a vocabulary of words needs");
        }
        return new TokenizerFacts(
                where,
                new Vocabulary(spellings, List.of(new AddedToken(unknown, UNKNOWN, true))),
                List.of(new Normalization.Bert(true, true, true, true)),
                PreTokenizer.bert(),
                new Bpe(
                        spellings,
                        merges,
                        new Bpe.Symbols(false, false, END_OF_WORD, OptionalInt.of(unknown), false, false)),
                PostProcessor.NOTHING,
                new PieceDecoder(
                        List.of(new PieceDecoder.Step.WordEnd(END_OF_WORD)), PieceDecoder.Strip.NOTHING, false),
                Roles.NONE);
    }
}
