package orrery.chat;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import orrery.token.Tokenizer;

/**
 * The control tokens among the delimiters of a format. Text that merely spells one is none: the parser writes a mark
 * before each control token that the model really said, and looks for both together. The mark is a noncharacter
 * (Unicode, section 23.7), which no text has that is interchanged.
 */
final class ControlMarks {
    static final char MARK = '\uFDD1';

    /** A text in which control tokens are what they are spelled with, as prompts and the reference have it. */
    static final ControlMarks NONE = new ControlMarks(List.of(), new TreeMap<>());

    private static final int SHORTEST = 3;

    /** The longest first. */
    private final List<String> spellings;

    private final TreeMap<Integer, String> byId;

    private ControlMarks(List<String> spellings, TreeMap<Integer, String> byId) {
        this.spellings = spellings;
        this.byId = byId;
    }

    /** Those of a tokenizer that a format's delimiters spell. */
    static ControlMarks of(Tokenizer tokenizer, String delimiters) {
        var byId = new TreeMap<Integer, String>();
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            if (tokenizer.isSpecial(id) && spells(delimiters, tokenizer.tokenOf(id))) {
                byId.put(id, tokenizer.tokenOf(id));
            }
        }
        var spellings = byId.values().stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        return new ControlMarks(spellings, byId);
    }

    List<String> spellings() {
        return spellings;
    }

    private static boolean spells(String delimiters, String token) {
        return token.length() >= SHORTEST && delimiters.contains(token);
    }

    /** What the parser reads for a token: marked if it is a control token of a delimiter, else its text. */
    String read(int id, String text) {
        var token = byId.get(id);
        return token == null ? withoutMarks(text) : withoutMarks(text) + MARK + token;
    }

    static String withoutMarks(String text) {
        return text.indexOf(MARK) < 0 ? text : text.replace(String.valueOf(MARK), "");
    }

    /** A literal delimiter as it is looked for. */
    String marked(String literal) {
        var marked = new StringBuilder();
        for (int at = 0; at < literal.length(); ) {
            int length = spelledIn(literal, at);
            if (length > 0) {
                marked.append(MARK);
            }
            marked.append(literal, at, at + Math.max(1, length));
            at += Math.max(1, length);
        }
        return marked.toString();
    }

    /**
     * How many characters spell a control token there, each perhaps after a backslash; 0 if none does.
     */
    int spelledIn(String source, int at) {
        for (var token : spellings) {
            int end = spelled(source, at, token).orElse(0);
            if (end > 0) {
                return end - at;
            }
        }
        return 0;
    }

    private static OptionalInt spelled(String source, int begin, String token) {
        int at = begin;
        for (int i = 0; i < token.length(); i++) {
            if (at < source.length() && source.charAt(at) == '\\' && token.charAt(i) != '\\') {
                at++;
            }
            if (at >= source.length() || source.charAt(at) != token.charAt(i)) {
                return OptionalInt.empty();
            }
            at++;
        }
        return OptionalInt.of(at);
    }

    static String unescaped(String source) {
        return source.replace("\\", "");
    }
}
