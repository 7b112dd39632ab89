package orrery.constrain;

import java.lang.Character.UnicodeScript;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The sets of characters that an expression names: {@code \d}, {@code \s}, {@code \w} and {@code \p{...}}. */
final class CharacterProperties {
    static final CharacterSet DIGITS = CharacterSet.of('0', '9');
    static final CharacterSet WORD = DIGITS.union(CharacterSet.of('A', 'Z'))
            .union(CharacterSet.of('a', 'z'))
            .union(CharacterSet.of("_"));
    static final CharacterSet LINE_ENDS = CharacterSet.of("\n\r\u2028\u2029");

    /** White space and line ends as ECMA-262 defines them. */
    static final CharacterSet SPACE = CharacterSet.of("\t\u000B\f \u00A0\u1680\u202F\u205F\u3000\uFEFF")
            .union(CharacterSet.of(0x2000, 0x200A))
            .union(LINE_ENDS);

    private static final Map<String, Integer> CATEGORIES = Map.ofEntries(
            category("Lu", Character.UPPERCASE_LETTER),
            category("Ll", Character.LOWERCASE_LETTER),
            category("Lt", Character.TITLECASE_LETTER),
            category("Lm", Character.MODIFIER_LETTER),
            category("Lo", Character.OTHER_LETTER),
            category("Mn", Character.NON_SPACING_MARK),
            category("Mc", Character.COMBINING_SPACING_MARK),
            category("Me", Character.ENCLOSING_MARK),
            category("Nd", Character.DECIMAL_DIGIT_NUMBER),
            category("Nl", Character.LETTER_NUMBER),
            category("No", Character.OTHER_NUMBER),
            category("Pc", Character.CONNECTOR_PUNCTUATION),
            category("Pd", Character.DASH_PUNCTUATION),
            category("Ps", Character.START_PUNCTUATION),
            category("Pe", Character.END_PUNCTUATION),
            category("Pi", Character.INITIAL_QUOTE_PUNCTUATION),
            category("Pf", Character.FINAL_QUOTE_PUNCTUATION),
            category("Po", Character.OTHER_PUNCTUATION),
            category("Sm", Character.MATH_SYMBOL),
            category("Sc", Character.CURRENCY_SYMBOL),
            category("Sk", Character.MODIFIER_SYMBOL),
            category("So", Character.OTHER_SYMBOL),
            category("Zs", Character.SPACE_SEPARATOR),
            category("Zl", Character.LINE_SEPARATOR),
            category("Zp", Character.PARAGRAPH_SEPARATOR),
            category("Cc", Character.CONTROL),
            category("Cf", Character.FORMAT),
            category("Co", Character.PRIVATE_USE),
            category("Cn", Character.UNASSIGNED));

    private static final Map<String, String> LONG_NAMES = Map.ofEntries(
            Map.entry("Letter", "L"),
            Map.entry("Uppercase_Letter", "Lu"),
            Map.entry("Lowercase_Letter", "Ll"),
            Map.entry("Titlecase_Letter", "Lt"),
            Map.entry("Modifier_Letter", "Lm"),
            Map.entry("Other_Letter", "Lo"),
            Map.entry("Mark", "M"),
            Map.entry("Number", "N"),
            Map.entry("Decimal_Number", "Nd"),
            Map.entry("Punctuation", "P"),
            Map.entry("punct", "P"),
            Map.entry("Symbol", "S"),
            Map.entry("Separator", "Z"),
            Map.entry("Space_Separator", "Zs"),
            Map.entry("Other", "C"),
            Map.entry("Control", "Cc"));

    private static final Map<String, CharacterSet> KNOWN = new ConcurrentHashMap<>();

    private CharacterProperties() {}

    private static Map.Entry<String, Integer> category(String name, int type) {
        return Map.entry(name, 1 << type);
    }

    /**
     * The set that {@code \p{name}} matches, by a general category, a script or one of the common binary properties.
     */
    static Optional<CharacterSet> named(String name) {
        CharacterSet known = KNOWN.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<CharacterSet> found = find(name);
        found.ifPresent(set -> KNOWN.put(name, set));
        return found;
    }

    private static Optional<CharacterSet> find(String name) {
        int equals = name.indexOf('=');
        if (equals >= 0) {
            String value = name.substring(equals + 1);
            return switch (name.substring(0, equals)) {
                case "gc", "General_Category" -> category(value);
                case "sc", "Script", "scx", "Script_Extensions" -> script(value);
                default -> Optional.empty();
            };
        }
        return switch (name) {
            case "Any" -> Optional.of(CharacterSet.ALL);
            case "ASCII" -> Optional.of(CharacterSet.of(0, 0x7F));
            case "Alphabetic", "Alpha" -> Optional.of(CharacterSet.where(Character::isAlphabetic));
            case "Uppercase", "Upper" -> Optional.of(CharacterSet.where(Character::isUpperCase));
            case "Lowercase", "Lower" -> Optional.of(CharacterSet.where(Character::isLowerCase));
            case "Emoji" -> Optional.of(CharacterSet.where(Character::isEmoji));
            case "White_Space", "space" -> Optional.of(SPACE.union(CharacterSet.of("\u0085")));
            default -> category(name);
        };
    }

    private static Optional<CharacterSet> category(String name) {
        String shortName = LONG_NAMES.getOrDefault(name, name);
        int types = CATEGORIES.entrySet().stream()
                .filter(entry -> shortName.length() <= 2 && entry.getKey().startsWith(shortName))
                .mapToInt(Map.Entry::getValue)
                .reduce(0, (a, b) -> a | b);
        return types == 0 || shortName.isEmpty()
                ? Optional.empty()
                : Optional.of(CharacterSet.where(c -> ((1 << Character.getType(c)) & types) != 0));
    }

    private static Optional<CharacterSet> script(String name) {
        try {
            UnicodeScript script = UnicodeScript.forName(name.toUpperCase(Locale.ROOT));
            return Optional.of(CharacterSet.where(c -> UnicodeScript.of(c) == script));
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }
}
