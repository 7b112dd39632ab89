package orrery.ablation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orrery.format.FormatException;
import orrery.format.JsonText;
import orrery.format.Metadata;
import orrery.format.NewFile;
import orrery.report.Numbers;

/**
 * An experiment of the lab: training runs of tiny models that differ in a few factors, as far as they were run.
 *
 * @param experiment its name, such as {@code norms}
 * @param command that ran it
 * @param machine in words
 * @param settings what all its cells share, by name
 * @param planned how many cells the command asked for
 * @param cells those that were run, in their order
 */
public record Ablation(
        String experiment,
        String command,
        String machine,
        SortedMap<String, String> settings,
        int planned,
        List<Cell> cells) {
    private static final String SCHEMA = "orrery/ablation/1";

    public Ablation {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        cells = List.copyOf(cells);
    }

    /**
     * Reads a file.
     *
     * @throws FormatException if it cannot be read or is no ablation
     */
    public static Ablation read(Path file) {
        return read(Metadata.readJson(file));
    }

    /** The ablation of that name whose results come with the program, if there is one. */
    public static Optional<Ablation> included(String experiment) {
        String file = experiment + ".json";
        try (var in = Ablation.class.getResourceAsStream(file)) {
            return in == null ? Optional.empty() : Optional.of(read(Metadata.parseJson(file, in.readAllBytes())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Ablation read(Metadata data) {
        String schema = data.text("schema");
        if (!schema.equals(SCHEMA)) {
            throw new FormatException(data.origin() + ": schema is \"" + schema + "\", expected \"" + SCHEMA + "\"");
        }
        var settings = new TreeMap<String, String>();
        var told = data.requireChild("settings");
        told.keys().forEach(key -> settings.put(key, told.text(key)));
        return new Ablation(
                data.text("experiment"),
                data.text("command"),
                data.text("machine"),
                settings,
                data.integer("planned_cells"),
                data.children("cells").stream().map(Cell::read).toList());
    }

    /**
     * Replaces a file with this, in one move.
     *
     * @throws FormatException if it cannot be written; the one before is then unchanged
     */
    public void write(Path file) {
        var head = new LinkedHashMap<String, Object>();
        head.put("schema", SCHEMA);
        head.put("experiment", experiment);
        head.put("command", command);
        head.put("machine", machine);
        head.put("settings", settings);
        head.put("planned_cells", planned);
        head.put("elapsed_seconds", Math.round(seconds() * 10) / 10.0);
        String lines = head.entrySet().stream()
                .map(entry -> json(entry.getKey()) + ": " + json(entry.getValue()))
                .collect(Collectors.joining(",\n"));
        String each = cells.stream().map(cell -> json(cell.data())).collect(Collectors.joining(",\n"));
        NewFile.write(file, "{\n" + lines + ",\n\"cells\": [\n" + each + "\n]}\n");
    }

    private static String json(Object value) {
        return JsonText.of(value, JsonText.Doubles.SHORT);
    }

    /** As a report for programs has it: what the file has, with keys without spaces, and the findings. */
    public Map<String, Object> data() {
        var data = new LinkedHashMap<String, Object>();
        data.put("experiment", experiment);
        data.put("command", command);
        data.put("machine", machine);
        data.put("settings", keyed(settings));
        data.put("planned_cells", planned);
        data.put("cells", cells.stream().map(cell -> keyed(cell.data())).toList());
        data.put("elapsed_seconds", seconds());
        data.put("ran", ran());
        data.put("findings", findings());
        return data;
    }

    private static Map<String, Object> keyed(Map<String, ?> map) {
        var keyed = new LinkedHashMap<String, Object>();
        map.forEach((name, value) -> {
            String key = name.replaceAll("[ -]", "_");
            keyed.put(
                    key,
                    switch (value) {
                        case Map<?, ?> inner -> keyed(named(inner));
                        case Double number
                        when key.contains("bytes") || key.endsWith("parameters") -> Math.round(number);
                        default -> value;
                    });
        });
        return keyed;
    }

    private static Map<String, ?> named(Map<?, ?> map) {
        var named = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> named.put(String.valueOf(key), value));
        return named;
    }

    /** With one more cell. */
    public Ablation with(Cell cell) {
        return withAll(Stream.concat(cells.stream(), Stream.of(cell)).toList());
    }

    /** With these cells in place of its own. */
    public Ablation withAll(List<Cell> others) {
        return new Ablation(experiment, command, machine, settings, planned, others);
    }

    /** The time of all cells together. */
    public double seconds() {
        return cells.stream().mapToDouble(Cell::seconds).sum();
    }

    /** The cells whose factors have these values: {@code where("norms", "pre", "warm-up", "yes")}. */
    public List<Cell> where(String... factorsAndValues) {
        return cells.stream()
                .filter(cell -> {
                    for (int i = 0; i < factorsAndValues.length; i += 2) {
                        if (!cell.factor(factorsAndValues[i]).equals(factorsAndValues[i + 1])) {
                            return false;
                        }
                    }
                    return true;
                })
                .toList();
    }

    /** The values of a factor, in the order of the cells. */
    public List<String> values(String factor) {
        return cells.stream()
                .map(cell -> cell.factor(factor))
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
    }

    /** A measure's spread over the seeds of the cells whose factors have these values; empty if none has it. */
    public Optional<Spread> spread(String measure, String... factorsAndValues) {
        var values = where(factorsAndValues).stream()
                .flatMap(cell -> cell.measure(measure).stream().boxed())
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /**
     * What was run, in sentences: models, tokens, seeds, cells, and the machine.
     *
     * @throws IllegalStateException if nothing was
     */
    public String ran() {
        if (cells.isEmpty()) {
            throw new IllegalStateException("no cell of " + experiment + " has been run");
        }
        var seeds = cells.stream()
                .map(Cell::seed)
                .distinct()
                .sorted()
                .map(String::valueOf)
                .toList();
        String shared = settings.entrySet().stream()
                .map(one -> one.getKey() + " " + one.getValue())
                .collect(Collectors.joining(", "));
        return "Measured with tiny models: " + range(cells.stream().map(Cell::parameters), "parameters") + ", each"
                + " trained on " + range(cells.stream().map(Cell::tokens), "tokens") + " (" + shared + "), "
                + (seeds.size() == 1 ? "seed " : "seeds ") + String.join(", ", seeds) + ": " + cells.size() + " of "
                + planned
                + " training runs of " + command + ", in " + time(seconds()) + " on " + machine + ".";
    }

    private static String range(Stream<Long> numbers, String what) {
        var sorted = new ArrayList<>(numbers.distinct().sorted().toList());
        String first = Numbers.exact(sorted.getFirst());
        return (sorted.size() == 1 ? first : first + " to " + Numbers.exact(sorted.getLast())) + " " + what;
    }

    private static String time(double seconds) {
        return seconds < 90
                ? Math.round(seconds) + " seconds"
                : seconds < 5400 ? Math.round(seconds / 60) + " minutes" : Spread.two(seconds / 3600) + " hours";
    }

    /**
     * What these cells show and what they do not, in sentences that follow from the numbers alone; empty for an
     * experiment that is not known.
     */
    public List<String> findings() {
        if (cells.isEmpty()) {
            return List.of();
        }
        return switch (experiment) {
            case "norms" -> NormFindings.of(this);
            case "windows" -> WindowFindings.of(this);
            case "attention" -> AttentionFindings.of(this);
            case "experts" -> ExpertFindings.of(this);
            default -> List.of();
        };
    }
}
