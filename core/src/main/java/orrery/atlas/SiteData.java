package orrery.atlas;

import static orrery.report.DataMap.lower;
import static orrery.report.DataMap.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import orrery.draw.ColumnData;
import orrery.report.Announced;
import orrery.report.CacheTable;
import orrery.report.Topic;
import orrery.report.compare.ComparedModel;
import orrery.report.compare.Comparison;
import orrery.report.compare.Difference;
import orrery.report.compare.Row;
import orrery.spec.ArchitectureSpec;

/**
 * What the components ask for, as nested maps and lists. The table of a comparison is made once, of all models: a page
 * shows some of its columns, and leaves out rows that say nothing of any of them.
 */
final class SiteData {
    private static final Pattern CONTEXT = Pattern.compile("at ([\\d,]+) tokens");

    private final List<Entry> entries;
    private List<Row> rows = List.of();

    SiteData(List<Entry> entries) {
        this.entries = entries;
    }

    private synchronized List<Row> rows() {
        if (rows.isEmpty()) {
            rows = Comparison.of(entries.stream()
                            .map(entry -> ComparedModel.of(entry.spec(), entry.family()))
                            .toList())
                    .rows();
        }
        return rows;
    }

    /** All models in short, the rows of a comparison, and what may be chosen. */
    Map<String, Object> catalog() {
        return map(
                "models", entries.stream().map(SiteData::summary).toList(),
                "rows", rows().stream().map(SiteData::label).toList(),
                "nothing", Row.NOTHING,
                "slots", ColumnData.slots(),
                "choices", CurveData.choices());
    }

    private static Map<String, Object> label(Row row) {
        return map("topic", row.topic().title(), "label", row.label());
    }

    private static Map<String, Object> summary(Entry entry) {
        var spec = entry.spec();
        var data = map("name", entry.name(), "family", entry.family());
        entry.release().ifPresent(release -> data.put("hub", release.hubId()));
        entry.released().ifPresent(date -> data.put("released", date.toString()));
        // Where nothing is published the chart shows what the config has room for.
        int context = Announced.of(spec).contextTokens().orElse(spec.maxPositions());
        data.putAll(map(
                "total", entry.total(),
                "active", entry.active(),
                "cache", spec.cacheElementsPerToken(),
                "context", context,
                "positions", spec.maxPositions(),
                "sparse", entry.sparse(),
                "layers", entry.layers()));
        return data;
    }

    /** One model in full: its cells of the table, its column beside others and its curves. */
    Map<String, Object> model(Entry entry) {
        var data = summary(entry);
        data.put("cells", cells(entry));
        data.put("column", ColumnData.of(entry.spec(), MechanismLinks.of(entry.spec(), "")));
        data.put("strip", LayerStrip.of(entry.spec()));
        Announced.of(entry.spec()).leftOut().ifPresent(sentence -> data.put("leftOut", sentence));
        data.put("curves", CurveData.of(entry.spec()));
        return data;
    }

    /** What is not said of {@code same} is as the text, and of {@code form} as {@code same}. */
    private List<Object> cells(Entry entry) {
        int column = entries.indexOf(entry);
        var cells = new ArrayList<Object>();
        for (var row : rows()) {
            var cell = row.cells().get(column);
            var data = map("text", cell.text());
            if (cell.number().isPresent()) {
                data.put("number", cell.number().getAsDouble());
            }
            String same = String.valueOf(cell.same());
            String form = String.valueOf(cell.form());
            if (!same.equals(cell.text())) {
                data.put("same", same);
            }
            if (!form.equals(same)) {
                data.put("form", form);
            }
            reckoning(row, entry.spec()).ifPresent(one -> data.put("formula", one.formula()));
            cells.add(data);
        }
        return cells;
    }

    /** How a row's number comes about, where it is one of those that a page can explain. */
    static Optional<Reckoning> reckoning(Row row, ArchitectureSpec spec) {
        if (row.topic() == Topic.PARAMETERS) {
            return switch (row.label()) {
                case "total" -> Optional.of(Reckoning.total(spec));
                case "active per token" -> Optional.of(Reckoning.active(spec));
                default -> Optional.empty();
            };
        }
        if (row.topic() != Topic.CACHE) {
            return Optional.empty();
        }
        if (row.label().equals("values per token")) {
            return Optional.of(Reckoning.cachePerToken(spec));
        }
        var context = CONTEXT.matcher(row.label());
        if (!context.matches()) {
            return Optional.empty();
        }
        long tokens = Long.parseLong(context.group(1).replace(",", ""));
        return tokens <= spec.maxPositions()
                ? Optional.of(Reckoning.cacheAt(spec, tokens, CacheTable.BF16_BYTES))
                : Optional.empty();
    }

    /** How all others differ from one model, in sentences by kind. */
    Map<String, Object> differences(Entry base) {
        var data = map();
        for (var other : entries) {
            if (!other.name().equals(base.name())) {
                data.put(other.name(), sentences(Difference.between(base.spec(), other.spec())));
            }
        }
        return data;
    }

    private static Map<String, Object> sentences(List<Difference> differences) {
        var data = map();
        for (var kind : Difference.Kind.values()) {
            data.put(lower(kind), Difference.sentences(differences, kind));
        }
        return data;
    }
}
