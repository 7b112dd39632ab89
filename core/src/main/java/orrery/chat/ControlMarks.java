package orrery.chat;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import orrery.token.Tokenizer;

/**
 * The control tokens among the delimiters of a format. Text that only spells one does not count: the parser writes a
 * mark before each control token that the model generated, and searches for both together. The mark is a noncharacter
 * (Unicode, section 23.7), which does not occur in interchanged text.
 */
final class ControlMarks {
    static final char MARK = '\uFDD1';

    /** For text in which control tokens are spelled out, as in prompts and in the reference implementation. */
    static final ControlMarks NONE = new ControlMarks(List.of(), new TreeMap<>());

    private static final int SHORTEST = 3;

    /** The longest first. */
    private final List<String> spellings;

    private final TreeMap<Integer, String> byId;

    private ControlMarks(List<String> spellings, TreeMap<Integer, String> byId) {
        this.spellings = spellings;
        this.byId = byId;
    }

    /** The control tokens of a tokenizer that a format's delimiters spell. */
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

    /** A token as the parser reads it: a marked spelling if it is a delimiter's control token, otherwise its text. */
    String read(int id, String text) {
        var token = byId.get(id);
        return token == null ? withoutMarks(text) : withoutMarks(text) + MARK + token;
    }

    static String withoutMarks(String text) {
        return text.indexOf(MARK) < 0 ? text : text.replace(String.valueOf(MARK), "");
    }

    /** A literal delimiter with marks, as the parser searches for it. */
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
     * The length of the control token spelled at {@code at}, each of its characters optionally escaped by a backslash;
     * 0 if there is none.
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
