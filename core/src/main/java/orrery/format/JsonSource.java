package orrery.format;

import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads one JSON document, token by token and with limits. Every error is a {@link FormatException} with origin, line
 * and column.
 *
 * <p>Accepts {@code NaN} and {@code Infinity}, because Python writes them; the code that uses the value decides.
 */
final class JsonSource implements AutoCloseable {
    /** Released configurations nest four deep; the recursion below must not overflow a thread's stack. */
    static final int DEEPEST = 64;

    /**
     * Names are never canonicalized: a shared symbol table would grow with the files' contents, and could be attacked
     * through them.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(400)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private static final Pattern PLACE =
            Pattern.compile(" *\\((for \\w+ starting|start marker) at \\[Source: [^\\]]*]\\)");

    private final String origin;
    private final JsonParser parser;

    /** @param bytes UTF-8, strictly; a byte order mark is skipped */
    JsonSource(String origin, byte[] bytes) {
        this.origin = origin;
        int mark = startsWithByteOrderMark(bytes) ? 3 : 0;
        // Jackson's own byte reader would guess UTF-16 or UTF-32 from zero bytes, so decode here.
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var characters = new InputStreamReader(new ByteArrayInputStream(bytes, mark, bytes.length - mark), decoder);
        this.parser = FACTORY.createParser(ObjectReadContext.empty(), characters);
    }

    private static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
    }

    /** Moves to the next token; the document must have one. */
    JsonToken next() {
        try {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new FormatException(place(parser.currentLocation()) + ": the JSON ends too early");
            }
            return token;
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    /** The current token. */
    JsonToken current() {
        return parser.currentToken();
    }

    /** Checks that only white space follows the document's value. */
    void requireEnd() {
        try {
            if (parser.nextToken() != null) {
                throw wrong("something follows the JSON value");
            }
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    /** The text of the current token: a name, a string, or a number as written. */
    String text() {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    /** The document as nested plain values; it must be one object. */
    Map<String, Object> object() {
        if (next() != JsonToken.START_OBJECT) {
            throw wrong("expected a JSON object, which starts with {");
        }
        Map<String, Object> values = members();
        requireEnd();
        return values;
    }

    /**
     * The complete value at the current token: String, Long, BigInteger, Double, Boolean, List, Map or
     * {@link JsonNull}.
     */
    Object value() {
        return switch (parser.currentToken()) {
            case START_OBJECT -> members();
            case START_ARRAY -> elements();
            case VALUE_STRING -> text();
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> decimal();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> JsonNull.NULL;
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw wrong("expected a JSON value");
        };
    }

    private Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        while (next() != JsonToken.END_OBJECT) {
            String name = text();
            if (members.containsKey(name)) {
                throw wrong("the key " + Excerpt.quoted(name) + " is given twice");
            }
            next();
            members.put(name, value());
        }
        return members.isEmpty() ? Map.of() : members;
    }

    private List<Object> elements() {
        List<Object> elements = new ArrayList<>();
        while (next() != JsonToken.END_ARRAY) {
            elements.add(value());
        }
        return List.copyOf(elements); // exactly as large as its elements: millions of empty lists cost no arrays
    }

    private Object integer() {
        String digits = text();
        return digits.length() <= 18 ? (Object) Long.valueOf(digits) : narrowed(new BigInteger(digits));
    }

    private static Object narrowed(BigInteger number) {
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    /** Never uses BigDecimal: expanding 1e999999999 would take a gigabyte. */
    private Double decimal() {
        try {
            double number = parser.getDoubleValue();
            boolean digits = Character.isDigit(parser.getString().charAt(parser.getStringLength() - 1));
            if (Double.isInfinite(number) && digits) {
                throw wrong("the number " + Excerpt.plain(parser.getString()) + " is beyond the range of a double");
            }
            return number;
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    /** An error at the current token. */
    FormatException wrong(String message) {
        return new FormatException(place(parser.currentTokenLocation()) + ": " + message);
    }

    private FormatException translated(JacksonException e) {
        if (e.getCause() instanceof CharacterCodingException || e.getCause() instanceof CharConversionException) {
            return new FormatException(place(parser.currentLocation()) + ": not UTF-8 from about here on", e);
        }
        TokenStreamLocation location = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
        return new FormatException(place(location) + ": not JSON: " + firstLine(e.getOriginalMessage()), e);
    }

    /** Drops the location that Jackson adds, which is less precise than ours. */
    private static String firstLine(String message) {
        String first = message.lines().findFirst().orElse("unreadable");
        return PLACE.matcher(first).replaceAll("").strip();
    }

    private String place(TokenStreamLocation location) {
        return origin + ", line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    @Override
    public void close() {
        parser.close();
    }
}
