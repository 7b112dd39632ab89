package orrery.app;

import java.math.BigInteger;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/**
 * Parses numbers on the command line, with error messages in plain words: no Java types, no hexadecimal floating point.
 */
final class PlainNumbers {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    private PlainNumbers() {}

    /** Registers it for a command and its subcommands. */
    static void register(CommandLine command) {
        command.registerConverter(Integer.class, PlainNumbers::integer);
        command.registerConverter(int.class, PlainNumbers::integer);
        command.registerConverter(Long.class, PlainNumbers::whole);
        command.registerConverter(long.class, PlainNumbers::whole);
        command.registerConverter(Double.class, PlainNumbers::decimal);
        command.registerConverter(double.class, PlainNumbers::decimal);
    }

    private static int integer(String text) {
        return (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static long whole(String text) {
        return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static long whole(String text, long least, long most) {
        String digits = text.strip();
        if (!WHOLE.matcher(digits).matches()) {
            throw new TypeConversionException("\"" + text + "\" is not a whole number, expected one such as 8");
        }
        var number = new BigInteger(digits);
        if (number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new TypeConversionException("\"" + text + "\" is too large, expected at most " + most);
        }
        if (number.compareTo(BigInteger.valueOf(least)) < 0) {
            throw new TypeConversionException("\"" + text + "\" is too small, expected at least " + least);
        }
        return number.longValueExact();
    }

    private static double decimal(String text) {
        String digits = text.strip();
        if (!DECIMAL.matcher(digits).matches()) {
            throw new TypeConversionException("\"" + text + "\" is not a number, expected one such as 0.7");
        }
        double number = Double.parseDouble(digits);
        if (Double.isInfinite(number)) {
            throw new TypeConversionException("\"" + text + "\" is too large for a number");
        }
        return number;
    }
}
