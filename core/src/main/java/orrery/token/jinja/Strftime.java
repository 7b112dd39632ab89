package orrery.token.jinja;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** C's strftime in the C locale, with the GNU flags {@code -}, {@code _} and {@code 0} for padding. */
final class Strftime {
    private Strftime() {}

    /**
     * Formats a time. A directive that C does not know is kept unchanged.
     *
     * <p>The time has no zone, so {@code %z} and {@code %Z} give nothing, as in Python.
     */
    static String format(String format, LocalDateTime time) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char flag = format.charAt(i + 1);
            boolean flagged = (flag == '-' || flag == '_' || flag == '0') && i + 2 < format.length();
            char directive = format.charAt(i + (flagged ? 2 : 1));
            int next = i + (flagged ? 2 : 1);
            String text = directive(directive, flagged ? flag : ' ', time);
            out.append(text.equals("%") && directive != '%' ? format.substring(i, next + 1) : text);
            i = next;
        }
        return out.toString();
    }

    // "%" stands for an unknown directive.
    private static String directive(char directive, char flag, LocalDateTime time) {
        int weekday = time.getDayOfWeek().getValue();
        int hour = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
        return switch (directive) {
            case '%' -> "%";
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> month(time, TextStyle.SHORT);
            case 'B' -> month(time, TextStyle.FULL);
            case 'c' -> format("%a %b %e %H:%M:%S %Y", time);
            case 'C' -> padded(time.getYear() / 100, 2, flag, '0');
            case 'd' -> padded(time.getDayOfMonth(), 2, flag, '0');
            case 'D', 'x' -> format("%m/%d/%y", time);
            case 'e' -> padded(time.getDayOfMonth(), 2, flag, ' ');
            case 'f' -> padded(time.getNano() / 1000, 6, ' ', '0');
            case 'F' -> format("%Y-%m-%d", time);
            case 'g' -> padded(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, flag, '0');
            case 'G' -> padded(time.get(IsoFields.WEEK_BASED_YEAR), 4, flag, '0');
            case 'H' -> padded(time.getHour(), 2, flag, '0');
            case 'I' -> padded(hour, 2, flag, '0');
            case 'j' -> padded(time.getDayOfYear(), 3, flag, '0');
            case 'k' -> padded(time.getHour(), 2, flag, ' ');
            case 'l' -> padded(hour, 2, flag, ' ');
            case 'm' -> padded(time.getMonthValue(), 2, flag, '0');
            case 'M' -> padded(time.getMinute(), 2, flag, '0');
            case 'p' -> time.get(ChronoField.AMPM_OF_DAY) == 0 ? "AM" : "PM";
            case 'P' -> time.get(ChronoField.AMPM_OF_DAY) == 0 ? "am" : "pm";
            case 'r' -> format("%I:%M:%S %p", time);
            case 'R' -> format("%H:%M", time);
            case 'S' -> padded(time.getSecond(), 2, flag, '0');
            case 'T', 'X' -> format("%H:%M:%S", time);
            case 'u' -> String.valueOf(weekday);
            case 'w' -> String.valueOf(weekday % 7);
            case 'U' -> padded((time.getDayOfYear() + 6 - weekday % 7) / 7, 2, flag, '0');
            case 'V' -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, flag, '0');
            case 'W' -> padded((time.getDayOfYear() + 6 - (weekday - 1)) / 7, 2, flag, '0');
            case 'y' -> padded(time.getYear() % 100, 2, flag, '0');
            case 'Y' -> String.valueOf(time.getYear());
            case 'z', 'Z' -> "";
            default -> "%";
        };
    }

    // Java's short name of September has four letters in some versions of its locale data.
    private static String month(LocalDateTime time, TextStyle style) {
        String name = time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
        return style == TextStyle.FULL ? name : name.substring(0, 3);
    }

    private static String padded(int number, int width, char flag, char padding) {
        char by = flag == '_' ? ' ' : flag == '0' ? '0' : padding;
        String digits = String.valueOf(number);
        return flag == '-' ? digits : String.valueOf(by).repeat(Math.max(0, width - digits.length())) + digits;
    }
}
