package orrery.constrain;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Formats of strings, as far as they are regular: RFC 3339 (dates with the days of their months, leap years included,
 * times, durations), RFC 5321, 1123, 2673, 4291, 4122, 3986 and 6901.
 */
final class Formats {
    /** Formats that describe a number or how a text is stored; OpenAPI 3.0 uses them. */
    private static final Set<String> ANNOTATIONS =
            Set.of("int32", "int64", "float", "double", "byte", "binary", "password");

    private static final String DATE = "(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
            + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))"
            + "|(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
    private static final String OFFSET = "(?:[Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)";
    private static final String TIME = "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?" + OFFSET;

    private static final String TIME_SPAN = "(?:T(?:\\d+H(?:\\d+M(?:\\d+S)?)?|\\d+M(?:\\d+S)?|\\d+S))";
    private static final String DURATION =
            "P(?:\\d+W|(?:\\d+Y(?:\\d+M(?:\\d+D)?)?|\\d+M(?:\\d+D)?|\\d+D)" + TIME_SPAN + "?|" + TIME_SPAN + ")";

    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final String HOST = LABEL + "(?:\\." + LABEL + ")*";
    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
    private static final String H16 = "[0-9A-Fa-f]{1,4}";
    private static final String LS32 = "(?:" + H16 + ":" + H16 + "|" + IPV4 + ")";
    private static final String IPV6 = "(?:(?:H:){6}L|::(?:H:){5}L|(?:H)?::(?:H:){4}L|(?:(?:H:){0,1}H)?::(?:H:){3}L"
            + "|(?:(?:H:){0,2}H)?::(?:H:){2}L|(?:(?:H:){0,3}H)?::H:L|(?:(?:H:){0,4}H)?::L"
            + "|(?:(?:H:){0,5}H)?::H|(?:(?:H:){0,6}H)?::)";

    private static final String ESCAPED = "%[0-9A-Fa-f]{2}";
    private static final String UNRESERVED = "-A-Za-z0-9._~!$&'()*+,;=";
    private static final String CHARACTER = "(?:[" + UNRESERVED + ":@]|" + ESCAPED + ")";
    private static final String AUTHORITY = "(?:(?:[" + UNRESERVED + ":]|" + ESCAPED + ")*@)?(?:\\[(?:" + ipv6()
            + "|[Vv][0-9A-Fa-f]+\\.[" + UNRESERVED + ":]+)\\]|(?:[" + UNRESERVED + "]|" + ESCAPED + ")*)(?::\\d*)?";
    private static final String REST = "(?:\\?(?:" + CHARACTER + "|[/?])*)?(?:#(?:" + CHARACTER + "|[/?])*)?";
    private static final String ROOTED =
            "//" + AUTHORITY + "(?:/" + CHARACTER + "*)*|/(?:" + CHARACTER + "+(?:/" + CHARACTER + "*)*)?";
    private static final String URI =
            "[A-Za-z][A-Za-z0-9+.-]*:(?:" + ROOTED + "|" + CHARACTER + "+(?:/" + CHARACTER + "*)*)" + REST;
    private static final String RELATIVE =
            "(?:" + ROOTED + "|(?:[" + UNRESERVED + "@]|" + ESCAPED + ")+(?:/" + CHARACTER + "*)*|)" + REST;
    private static final String POINTER = "(?:/(?:[^~/]|~[01])*)*";

    private static final Map<String, String> PATTERNS = Map.ofEntries(
            Map.entry("date", DATE),
            Map.entry("time", TIME),
            Map.entry("date-time", DATE + "[Tt]" + TIME),
            Map.entry("duration", DURATION),
            Map.entry("email", ATOM + "(?:\\." + ATOM + ")*@(?:" + LABEL + "\\.)*[A-Za-z]{2,63}"),
            Map.entry("hostname", HOST),
            Map.entry("ipv4", IPV4),
            Map.entry("ipv6", ipv6()),
            Map.entry("uuid", "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
            Map.entry("uri", URI),
            Map.entry("uri-reference", "(?:" + URI + "|" + RELATIVE + ")"),
            Map.entry("json-pointer", POINTER),
            Map.entry("relative-json-pointer", "(?:0|[1-9]\\d*)(?:#|" + POINTER + ")"));

    private static final Map<String, Regex> KNOWN = new ConcurrentHashMap<>();

    private Formats() {}

    private static String ipv6() {
        return IPV6.replace("H", H16).replace("L", LS32);
    }

    static boolean isAnnotation(String name) {
        return ANNOTATIONS.contains(name);
    }

    /** The texts of a format; empty if it is unknown or not regular. */
    static Optional<Regex> of(String name) {
        String pattern = PATTERNS.get(name);
        return pattern == null ? Optional.empty() : Optional.of(KNOWN.computeIfAbsent(name, Formats::read));
    }

    private static Regex read(String name) {
        var texts = EcmaPattern.wholeMatch(String.valueOf(PATTERNS.get(name)));
        return switch (name) {
            // No label like those of internationalised names, which would have to be decoded; 253 characters at most.
            case "hostname" ->
                Texts.and(
                        Texts.and(texts, Texts.ofLength(1, 253)),
                        Texts.not(EcmaPattern.wholeMatch("(?:.*\\.)?..--.*")));
            case "email" -> Texts.and(texts, EcmaPattern.wholeMatch("[^@]{1,64}@.{1,253}"));
            default -> texts;
        };
    }
}
