package orrery.app;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of tokens on the command line: {@code 4096}, or {@code 128k} and {@code 1M} as powers of 1,024, as is usual
 * for context lengths.
 */
final class TokenCount implements ITypeConverter<Integer> {
    private static final Pattern COUNT = Pattern.compile("(-?[0-9]{1,10})([kKmM]?)");

    @Override
    public Integer convert(String text) {
        var matcher = COUNT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "\"" + text + "\" is not a number of tokens, expected one such as 4096, 128k or 1M");
        }
        int shift = switch (matcher.group(2)) {
            case "" -> 0;
            case "k", "K" -> 10;
            default -> 20;
        };
        long count = Long.parseLong(matcher.group(1)) << shift;
        if (count != (int) count) {
            throw new TypeConversionException("\"" + text + "\" is more than " + Integer.MAX_VALUE);
        }
        return (int) count;
    }
}
