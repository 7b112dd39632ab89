package orrery.constrain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Small grammars and vocabularies over few bytes, by a seed. */
final class RandomGrammars {
    static final byte[] ALPHABET = "abc".getBytes(StandardCharsets.UTF_8);

    /** With a byte that stands for all others, which a complement may allow. */
    static final byte[] ALPHABET_AND_ANOTHER = "abcd".getBytes(StandardCharsets.UTF_8);

    private final Random random;

    RandomGrammars(long seed) {
        random = new Random(seed);
    }

    Grammar grammar() {
        int count = 1 + random.nextInt(4);
        Map<String, Rule> rules = new HashMap<>();
        for (int i = 0; i < count; i++) {
            rules.put("r" + i, rule(3, count));
        }
        return new Grammar(rules, "r0");
    }

    private Rule rule(int depth, int rules) {
        int kind = random.nextInt(depth == 0 ? 3 : 9);
        return switch (kind) {
            case 0 -> Rule.text(word(1 + random.nextInt(3)));
            case 1 -> new Rule.Lexeme(regex(2, false));
            case 2 -> new Rule.Reference("r" + random.nextInt(rules));
            case 3, 4 -> new Rule.Choice(some(1 + random.nextInt(3), depth, rules));
            case 5 -> {
                int least = random.nextInt(3);
                yield new Rule.Repeat(
                        rule(depth - 1, rules),
                        least,
                        random.nextBoolean() ? Regex.UNBOUNDED : least + random.nextInt(3));
            }
            case 6 -> random.nextInt(4) == 0 ? new Rule.Lexeme(regex(1, true)) : Rule.text("b");
            default -> new Rule.Sequence(some(random.nextInt(4), depth, rules));
        };
    }

    private List<Rule> some(int count, int depth, int rules) {
        var parts = new ArrayList<Rule>();
        for (int i = 0; i < count; i++) {
            parts.add(rule(depth - 1, rules));
        }
        return parts;
    }

    Regex regex(int depth, boolean withBoolean) {
        int kind = random.nextInt(depth == 0 ? 2 : withBoolean ? 9 : 6);
        return switch (kind) {
            case 0 -> Regex.text(word(1 + random.nextInt(2)));
            case 1 -> new Regex.Bytes(ByteSet.range('a', 'a' + random.nextInt(3)));
            case 2 -> new Regex.Sequence(expressions(random.nextInt(4), depth, withBoolean));
            case 3 -> new Regex.Union(expressions(random.nextInt(4), depth, withBoolean));
            case 4, 5 -> {
                int least = random.nextInt(3);
                yield new Regex.Repeat(
                        regex(depth - 1, withBoolean),
                        least,
                        random.nextBoolean() ? Regex.UNBOUNDED : least + random.nextInt(3));
            }
            case 6, 7 -> new Regex.Intersection(expressions(1 + random.nextInt(2), depth, true));
            default -> new Regex.Complement(regex(depth - 1, true));
        };
    }

    private List<Regex> expressions(int count, int depth, boolean withBoolean) {
        var parts = new ArrayList<Regex>();
        for (int i = 0; i < count; i++) {
            parts.add(regex(depth - 1, withBoolean));
        }
        return parts;
    }

    private String word(int length) {
        var word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return word.toString();
    }

    /** Every byte of the alphabet, longer words, a double, and a token without text. */
    List<byte[]> vocabulary() {
        Set<String> words = new LinkedHashSet<>(List.of("a", "b", "c"));
        while (words.size() < 12) {
            words.add(word(2 + random.nextInt(4)));
        }
        var tokens = new ArrayList<byte[]>();
        words.forEach(word -> tokens.add(word.getBytes(StandardCharsets.UTF_8)));
        tokens.add(new byte[0]);
        tokens.add(tokens.get(random.nextInt(tokens.size() - 1)));
        return tokens;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }
}
