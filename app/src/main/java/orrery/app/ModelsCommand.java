package orrery.app;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.report.Announced;
import orrery.report.CacheTable;
import orrery.report.FastMemory;
import orrery.report.ModelData;
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code models}: all releases in the catalog. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Lists the released models that Orrery can describe by name.",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  orrery models",
            "  orrery models gemma --sort date",
            "  orrery models --parameters 1B..10B --since 2025",
            "  orrery models --json --family qwen"
        })
final class ModelsCommand implements Callable<Integer> {
    /** From this width on, there is room for the licence and the family. */
    private static final int WIDE = 110;

    private final Front front;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILTER",
            defaultValue = "",
            description = "only releases with this in their name, family, licence or an alias")
    @SuppressWarnings("NullAway.Init")
    private String filter;

    @Option(names = "--family", paramLabel = "NAME", defaultValue = "", description = "only this family")
    @SuppressWarnings("NullAway.Init")
    private String family;

    @Option(
            names = "--parameters",
            paramLabel = "RANGE",
            converter = ParameterRange.Converter.class,
            description = "only this range of parameters: 1B..10B, ..3B, 70B..")
    private @Nullable ParameterRange parameters;

    @Option(
            names = "--since",
            paramLabel = "DATE",
            converter = Since.class,
            description = "only releases since this date: 2025, 2025-03 or 2025-03-12")
    private @Nullable LocalDate since;

    @Option(
            names = "--sort",
            paramLabel = "BY",
            converter = OrderConverter.class,
            description = "sort by name, date, parameters or kv, the latest and largest last (default: by family)")
    private @Nullable Order order;

    @Option(names = "--json", description = "print one JSON object instead of the table")
    private boolean json;

    ModelsCommand(Front front) {
        this.front = front;
    }

    /** The possible sort orders. */
    private enum Order {
        NAME(Comparator.comparing(row -> row.release().name())),
        DATE(Comparator.comparing(row -> row.release().released().orElse(LocalDate.MAX))),
        PARAMETERS(Comparator.comparing(row -> row.release().spec().parameters())),
        KV(Comparator.comparing(Row::cacheBytes));

        private final Comparator<Row> comparator;

        Order(Comparator<Row> comparator) {
            this.comparator = comparator;
        }
    }

    private record Row(Release release, String family) {
        long cacheBytes() {
            return release.spec().cacheElementsPerToken() * CacheTable.BF16_BYTES;
        }

        boolean has(String wanted) {
            return (release.name() + "\n" + family + "\n" + release.licence().orElse("") + "\n"
                            + String.join("\n", release.aliases()))
                    .toLowerCase(Locale.ROOT)
                    .contains(wanted);
        }
    }

    @Override
    public Integer call() {
        var rows = new ArrayList<Row>();
        for (var release : Catalog.releases()) {
            var row = new Row(release, Catalog.family(release));
            if (wanted(row)) {
                rows.add(row);
            }
        }
        if (order != null) {
            rows.sort(order.comparator);
        }
        if (rows.isEmpty()) {
            throw new CommandException("no known release matches; orrery models lists all");
        }
        if (json) {
            var data = new LinkedHashMap<String, Object>();
            data.put("models", rows.stream().map(ModelsCommand::data).toList());
            front.out().println(Json.report("models", data));
        } else {
            print(rows);
            if (rows.size() == Catalog.releases().size()) {
                printDemos();
            }
        }
        return 0;
    }

    private boolean wanted(Row row) {
        var day = since;
        var range = parameters;
        return row.has(filter.toLowerCase(Locale.ROOT))
                && row.family().toLowerCase(Locale.ROOT).contains(family.toLowerCase(Locale.ROOT))
                && (range == null || range.holds(row.release().spec()))
                && (day == null
                        || row.release()
                                .released()
                                .filter(one -> !one.isBefore(day))
                                .isPresent());
    }

    private static Map<String, Object> data(Row row) {
        var release = row.release();
        var spec = release.spec();
        var data = ModelData.of(release.name());
        data.put("family", row.family());
        release.released().ifPresent(day -> data.put("released", day.toString()));
        release.licence().ifPresent(licence -> data.put("licence", licence));
        data.put("hub_id", release.hubId());
        data.put("source", release.card().toString());
        release.paper().ifPresent(paper -> data.put("arxiv_id", paper));
        data.put("aliases", release.aliases());
        data.put("parameters", spec.parameters());
        data.put("active_parameters", spec.activeParameters());
        data.put("num_hidden_layers", spec.layers().size());
        data.put("kv_cache_bf16_bytes_per_token", row.cacheBytes());
        var announced = Announced.of(spec);
        announced.contextTokens().ifPresent(tokens -> data.put("published_context", tokens));
        data.put("max_position_embeddings", spec.maxPositions());
        announced.total().ifPresent(total -> data.put("parameters_of_whole_release", total));
        FastMemory.of(spec).ifPresent(memory -> data.put("effective_parameters", memory.effective()));
        return data;
    }

    private void printDemos() {
        front.out().println();
        front.out().println("Small models that are included, for --demo NAME (run, chat, serve, look):");
        for (var demo : DemoModel.values()) {
            front.out().println(String.format("  %-10s %s", demo.label(), demo.form()));
        }
    }

    private void print(List<Row> rows) {
        boolean wide = front.width() >= WIDE;
        front.out()
                .println(front.style()
                        .bold(line(
                                wide,
                                "name",
                                "released",
                                "all",
                                "active",
                                "layers",
                                "context",
                                "positions",
                                "KV/token",
                                "licence",
                                "family")));
        for (var row : rows) {
            var release = row.release();
            var spec = release.spec();
            boolean sparse = spec.activeParameters() != spec.parameters();
            front.out()
                    .println(line(
                            wide,
                            release.name(),
                            release.released().map(LocalDate::toString).orElse(""),
                            Numbers.rounded(spec.parameters()),
                            sparse ? Numbers.rounded(spec.activeParameters()) : "",
                            Integer.toString(spec.layers().size()),
                            Announced.of(spec).context().orElse("–"),
                            Numbers.exact(spec.maxPositions()),
                            Numbers.bytes(row.cacheBytes()),
                            release.licence().map(ModelsCommand::brief).orElse(""),
                            row.family()));
        }
    }

    /** Without the word that all have in common. */
    private static String brief(String licence) {
        return licence.replaceFirst(" License$", "");
    }

    private static String line(
            boolean wide,
            String name,
            String released,
            String parameters,
            String active,
            String layers,
            String context,
            String positions,
            String cache,
            String licence,
            String family) {
        String numbers = String.format(
                Locale.ROOT,
                "%-21s %-10s %6s %6s %6s %8s %9s",
                name,
                released,
                parameters,
                active,
                layers,
                context,
                cache);
        return (wide ? String.format(Locale.ROOT, "%s %10s  %-20s %s", numbers, positions, licence, family) : numbers)
                .stripTrailing();
    }

    /** A day, or the first day of a month or year. */
    static final class Since implements ITypeConverter<LocalDate> {
        @Override
        public LocalDate convert(String text) {
            String day = text + "-01-01".substring(Math.min(6, Math.max(0, text.length() - 4)));
            try {
                return LocalDate.parse(day);
            } catch (java.time.format.DateTimeParseException e) {
                var refused = new TypeConversionException(
                        "\"" + text + "\" is not a date, expected one such as 2025, 2025-03 or 2025-03-12");
                refused.initCause(e);
                throw refused;
            }
        }
    }

    /** In lower case. */
    private static final class OrderConverter implements ITypeConverter<Order> {
        @Override
        public Order convert(String text) {
            for (var order : Order.values()) {
                if (order.name().equalsIgnoreCase(text)) {
                    return order;
                }
            }
            throw new TypeConversionException(
                    "\"" + text + "\" is not a sort order, expected name, date, parameters" + " or kv");
        }
    }
}
