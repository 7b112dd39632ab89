package orrery.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import orrery.app.terminal.CommandException;
import orrery.app.terminal.Front;
import orrery.app.terminal.Json;
import orrery.catalog.Catalog;
import orrery.catalog.Release;
import orrery.report.CacheTable;
import orrery.report.Numbers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code models}: every release that the catalog knows. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Lists the released models that Orrery can describe by name.",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  orrery models", "  orrery models gemma", "  orrery models --json qwen"})
final class ModelsCommand implements Callable<Integer> {
    private final Front front;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILTER",
            defaultValue = "",
            description = "only those with this in their name, family or hub id")
    @SuppressWarnings("NullAway.Init")
    private String filter;

    @Option(names = "--json", description = "one JSON object instead of the table")
    private boolean json;

    ModelsCommand(Front front) {
        this.front = front;
    }

    private record Row(Release release, String family) {
        long cacheBytes() {
            return release.spec().cacheElementsPerToken() * CacheTable.BF16_BYTES;
        }

        boolean has(String wanted) {
            return (release.name() + " " + family + " " + release.hubId())
                    .toLowerCase(Locale.ROOT)
                    .contains(wanted);
        }
    }

    @Override
    public Integer call() {
        var rows = new ArrayList<Row>();
        for (var release : Catalog.releases()) {
            var row = new Row(release, Catalog.describe(release.name()).family());
            if (row.has(filter.toLowerCase(Locale.ROOT))) {
                rows.add(row);
            }
        }
        if (json) {
            var data = new LinkedHashMap<String, Object>();
            data.put("models", rows.stream().map(ModelsCommand::data).toList());
            front.out().println(Json.line(data));
        } else if (rows.isEmpty()) {
            throw new CommandException(
                    "no release that Orrery knows has \"" + filter + "\" in its name; orrery models lists all");
        } else {
            print(rows);
        }
        return 0;
    }

    private static LinkedHashMap<String, Object> data(Row row) {
        var spec = row.release().spec();
        var data = new LinkedHashMap<String, Object>();
        data.put("name", row.release().name());
        data.put("family", row.family());
        data.put("hub_id", row.release().hubId());
        data.put("parameters", spec.parameters());
        data.put("active_parameters", spec.activeParameters());
        data.put("kv_cache_bytes_per_token_bf16", row.cacheBytes());
        data.put("max_position_embeddings", spec.maxPositions());
        return data;
    }

    private void print(List<Row> rows) {
        front.out().println(front.style().bold(line("name", "family", "parameters", "active", "KV a token, bf16")));
        for (var row : rows) {
            var spec = row.release().spec();
            boolean sparse = spec.activeParameters() != spec.parameters();
            front.out()
                    .println(line(
                            row.release().name(),
                            row.family(),
                            Numbers.rounded(spec.parameters()),
                            sparse ? Numbers.rounded(spec.activeParameters()) : "all",
                            Numbers.bytes(row.cacheBytes())));
        }
    }

    private static String line(String name, String family, String parameters, String active, String cache) {
        return String.format(Locale.ROOT, "%-24s %-12s %12s %10s %18s", name, family, parameters, active, cache);
    }
}
