package orrery.curve;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Parses a machine: a name, and figures that add to or replace those of the named machine, separated by commas or line
 * ends: {@code rig,bandwidth=800GB/s,flops=400T,memory=96GB}. K, M, G, T and P are powers of 1,000, Ki to Pi powers of
 * 1,024. {@code 8xh200} is eight machines together. Lines that start with # are comments.
 */
public final class MachineText {
    /** The name of the machine that Orrery runs on. */
    public static final String THIS = "this";

    private static final Pattern NUMBER = Pattern.compile(
            "([0-9]+(?:\\.[0-9]+)?)\\s*([KMGTP]?)(i?)(?:B/s|B|FLOP/s|FLOPS|FLOP|OP/s)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern SEVERAL = Pattern.compile("([1-9][0-9]{0,4})[x×](.+)");
    private static final String LETTERS = "KMGTP";

    private MachineText() {}

    /**
     * Parses a machine.
     *
     * @param probed probes the machine that Orrery runs on; called only if it is named
     * @throws CurveException if a part is not understood, or a figure is missing
     */
    public static Machine read(String text, Supplier<Machine> probed) {
        var parts = Arrays.stream(text.split("[,\\n]"))
                .map(String::strip)
                .filter(part -> !part.isEmpty() && !part.startsWith("#"))
                .toList();
        if (parts.isEmpty() || parts.getFirst().indexOf('=') >= 0) {
            throw new CurveException("machine \"" + text.strip() + "\" does not start with a name, expected one such"
                    + " as \"rig,bandwidth=800GB/s,flops=400T,memory=96GB\"");
        }
        String name = parts.getFirst();
        var figures = parts.subList(1, parts.size());
        var several = SEVERAL.matcher(name);
        if (several.matches()) {
            var one = known(several.group(2), probed);
            if (one.isPresent()) {
                return with(one.get().times(Integer.parseInt(several.group(1))), figures);
            }
        }
        var known = known(name, probed);
        if (known.isPresent()) {
            return with(known.get(), figures);
        }
        if (figures.isEmpty()) {
            throw new CurveException("machine \"" + name + "\" is not known, expected " + THIS + ", " + Machines.names()
                    + ", or a description such as \"" + name + ",bandwidth=800GB/s,flops=400T,memory=96GB\"");
        }
        for (String figure : List.of("bandwidth", "memory")) {
            if (figures.stream().noneMatch(part -> key(part).equals(figure))) {
                throw new CurveException("machine " + name + " has no " + figure + ", expected one such as \"" + name
                        + ",bandwidth=800GB/s,flops=400T,memory=96GB\"");
            }
        }
        return with(new Machine(name, name, 1, OptionalDouble.empty(), 1, ""), figures);
    }

    private static Optional<Machine> known(String name, Supplier<Machine> probed) {
        return name.equalsIgnoreCase(THIS) ? Optional.of(probed.get()) : Machines.named(name);
    }

    private static Machine with(Machine base, List<String> figures) {
        var machine = base;
        for (String part : figures) {
            String source = machine.source().isEmpty() ? "as given" : machine.source();
            String told = source.equals("as given") ? source : source + "; " + key(part) + " as given";
            double bandwidth = machine.bandwidth();
            var flops = machine.flops();
            long memory = machine.memory();
            switch (key(part)) {
                case "bandwidth" -> bandwidth = number(base.name(), part);
                case "flops" -> flops = OptionalDouble.of(number(base.name(), part));
                case "memory" -> memory = (long) number(base.name(), part);
                default ->
                    throw new CurveException("machine " + base.name() + ": \"" + part
                            + "\" is not understood, expected bandwidth=, flops= or memory=");
            }
            machine = new Machine(base.name(), base.title(), bandwidth, flops, memory, told);
        }
        return machine;
    }

    private static String key(String part) {
        int sign = part.indexOf('=');
        return sign < 0 ? part : part.substring(0, sign).strip().toLowerCase(Locale.ROOT);
    }

    private static double number(String name, String part) {
        var matcher = NUMBER.matcher(part.substring(part.indexOf('=') + 1).strip());
        if (!matcher.matches()) {
            throw new CurveException("machine " + name + ": \"" + part
                    + "\" has no valid number, expected one such as 800GB/s, 400T or 96GiB");
        }
        int power = 1 + LETTERS.indexOf(matcher.group(2).toUpperCase(Locale.ROOT));
        if (matcher.group(2).isEmpty()) {
            power = 0;
        }
        return Double.parseDouble(matcher.group(1)) * Math.pow(matcher.group(3).isEmpty() ? 1000 : 1024, power);
    }
}
