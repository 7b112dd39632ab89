package orrery.app.terminal;

/**
 * Which of the three standard streams are terminals. The launcher asks the system, which Java cannot do without a
 * native call, and passes the digits of those that are in {@code orrery.terminals}.
 */
public record Terminals(boolean input, boolean output, boolean errors) {
    /** None of them. */
    public static final Terminals NONE = new Terminals(false, false, false);

    /** The terminals of this process. */
    public static Terminals ofProcess() {
        String digits = System.getProperty("orrery.terminals");
        if (digits == null) {
            var console = System.console();
            boolean all = console != null && console.isTerminal();
            return new Terminals(all, all, all);
        }
        return new Terminals(digits.indexOf('0') >= 0, digits.indexOf('1') >= 0, digits.indexOf('2') >= 0);
    }
}
