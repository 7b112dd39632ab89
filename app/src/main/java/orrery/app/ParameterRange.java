package orrery.app;

import java.util.Locale;
import java.util.regex.Pattern;
import orrery.spec.ArchitectureSpec;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An inclusive range of numbers of parameters on the command line: {@code 1B..10B}, {@code ..3B}, {@code 70B..}.
 *
 * @param least the fewest parameters
 * @param most the most parameters
 */
record ParameterRange(double least, double most) {
    private static final String EXPECTED = ", expected one such as 1B..10B, ..3B or 70B..";
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,15})?)([KMBT]?)");

    boolean holds(ArchitectureSpec spec) {
        return spec.parameters() >= least && spec.parameters() <= most;
    }

    /** Parses it. */
    static final class Converter implements ITypeConverter<ParameterRange> {
        @Override
        public ParameterRange convert(String text) {
            int dots = text.indexOf("..");
            if (dots < 0) {
                throw refused(text);
            }
            String from = text.substring(0, dots).strip();
            String to = text.substring(dots + 2).strip();
            double least = from.isEmpty() ? 0 : size(from, text);
            double most = to.isEmpty() ? Double.MAX_VALUE : size(to, text);
            if (least > most) {
                throw new TypeConversionException("\"" + text + "\" ends before it starts" + EXPECTED);
            }
            return new ParameterRange(least, most);
        }

        private static double size(String text, String whole) {
            var matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw refused(whole);
            }
            int thousands = " KMBT".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
            return Double.parseDouble(matcher.group(1)) * Math.pow(1000, thousands);
        }

        private static TypeConversionException refused(String text) {
            return new TypeConversionException("\"" + text + "\" is not a range of parameters" + EXPECTED);
        }
    }
}
