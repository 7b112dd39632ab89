package orrery.app;

import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A memory size on the command line: bytes, or with a letter for a power of 1,024. */
final class MemorySize implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})(?:([KMGT])(?:i?B)?)?", Pattern.CASE_INSENSITIVE);
    private static final String LETTERS = "KMGT";

    @Override
    public Long convert(String text) {
        var matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException("\"" + text + "\" is not a memory size, expected one such as 8G or 512M");
        }
        long number = Long.parseLong(matcher.group(1));
        int shift = matcher.group(2) == null
                ? 0
                : 10 * (1 + LETTERS.indexOf(matcher.group(2).toUpperCase(Locale.ROOT)));
        if (number > Long.MAX_VALUE >> shift) {
            throw new TypeConversionException("\"" + text + "\" is larger than any memory");
        }
        return number << shift;
    }
}
