package orrery.report.compare;

import static orrery.report.DataMap.lower;
import static orrery.report.DataMap.map;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import orrery.report.ArchitectureReport;
import orrery.report.Facts;
import orrery.report.ModelData;
import orrery.report.Topic;
import orrery.report.compare.Difference.Kind;

/**
 * Models side by side.
 *
 * @param subjects one a column
 * @param rows in the order of their topics
 * @param kinds of differences that are told
 */
public record Comparison(List<ComparedModel> subjects, List<Row> rows, Set<Kind> kinds) {
    public Comparison {
        subjects = List.copyOf(subjects);
        rows = List.copyOf(rows);
        kinds = Set.copyOf(kinds);
    }

    /**
     * Compares models.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Comparison of(List<ComparedModel> subjects) {
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException("there is no model to compare");
        }
        var specs = subjects.stream().map(ComparedModel::spec).toList();
        var rows = new ArrayList<>(FactRows.of(specs.stream().map(Facts::of).toList()));
        rows.addAll(CostRows.of(specs));
        return new Comparison(subjects, rows, EnumSet.allOf(Kind.class));
    }

    /** Compares models that are reported on: the first with the others. */
    public static Comparison of(ArchitectureReport first, ArchitectureReport... others) {
        return of(Stream.concat(Stream.of(first), Stream.of(others))
                .map(report -> ComparedModel.of(report.spec(), report.family()))
                .toList());
    }

    /** How a model's facts differ from the first one's, the most important first. */
    public List<Difference> differences(int model) {
        return differences(0, model);
    }

    /** How one model's facts differ from another's, the most important first. */
    public List<Difference> differences(int base, int other) {
        return Difference.between(subjects.get(base).spec(), subjects.get(other).spec()).stream()
                .filter(difference -> kinds.contains(difference.kind()))
                .toList();
    }

    /** How a model differs from the first: a heading, and what stands below it. */
    record Told(String heading, List<String> sentences) {}

    /** Each difference in structure, then those in size and in files together. */
    Told told(int model) {
        String base = subjects.getFirst().name();
        String other = subjects.get(model).name();
        var differences = differences(model);
        if (differences.isEmpty()) {
            boolean sizes = kinds.contains(Kind.SIZE);
            String alike =
                    sizes ? " is built exactly like " + base + "." : " is built like " + base + ", except for numbers.";
            return new Told(other + alike, List.of());
        }
        var sentences = new ArrayList<>(Difference.sentences(differences, Kind.STRUCTURE));
        for (var kind : List.of(Kind.SIZE, Kind.STORAGE)) {
            var these = Difference.sentences(differences, kind);
            if (!these.isEmpty()) {
                sentences.add((kind == Kind.SIZE ? "in size: " : "in files: ") + String.join("; ", these));
            }
        }
        return new Told("How " + other + " differs from " + base, sentences);
    }

    /** Those rows only in which the models are not alike. */
    public Comparison onlyDifferences() {
        return onlyDifferences(EnumSet.allOf(Kind.class));
    }

    /** Those rows and sentences only that tell of differences of these kinds. */
    public Comparison onlyDifferences(Set<Kind> wanted) {
        var told = rows.stream()
                .filter(row -> row.difference().filter(wanted::contains).isPresent());
        return new Comparison(subjects, told.toList(), wanted);
    }

    /** The rows of one topic. */
    public List<Row> rows(Topic topic) {
        return rows.stream().filter(row -> row.topic() == topic).toList();
    }

    /**
     * Everything for programs and pages, as nested maps: {@code models}, {@code sections} of {@code rows} with a
     * {@code cell} for each model, and {@code differences} of each model from the first.
     */
    public Map<String, Object> data() {
        return data(subjects.stream().map(Comparison::data).toList());
    }

    /**
     * The same where more is known of the models than their names.
     *
     * @param models what {@link ModelData} gives, one for each subject
     */
    public Map<String, Object> data(List<Map<String, Object>> models) {
        var sections = new ArrayList<Map<String, Object>>();
        for (var topic : Topic.values()) {
            var found = rows(topic);
            if (!found.isEmpty()) {
                var data = found.stream().map(Comparison::data).toList();
                sections.add(map("topic", lower(topic), "title", topic.title(), "rows", data));
            }
        }
        var differences = new ArrayList<Map<String, Object>>();
        for (int i = 1; i < subjects.size(); i++) {
            differences.add(data(models.getFirst(), models.get(i), differences(i)));
        }
        return map("models", models(models), "sections", sections, "differences", differences);
    }

    private List<Map<String, Object>> models(List<Map<String, Object>> known) {
        var models = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < subjects.size(); i++) {
            var model = new LinkedHashMap<>(known.get(i));
            model.put("family", subjects.get(i).family());
            models.add(model);
        }
        return models;
    }

    /** The differences of one model from another, by kind. */
    static Map<String, Object> data(Map<String, Object> base, Map<String, Object> other, List<Difference> differences) {
        var data = map("model", other, "from", base);
        for (var kind : Kind.values()) {
            data.put(lower(kind), Difference.sentences(differences, kind));
        }
        return data;
    }

    private static Map<String, Object> data(ComparedModel subject) {
        return ModelData.of(subject.name());
    }

    private static Map<String, Object> data(Row row) {
        var cells = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < row.cells().size(); i++) {
            var cell = map("text", row.cells().get(i).text());
            row.cells().get(i).number().ifPresent(number -> cell.put("number", number));
            row.ratio(i).ifPresent(ratio -> cell.put("ratio", ratio));
            cells.add(cell);
        }
        var data = map("label", row.label(), "differs", row.differs());
        row.difference().ifPresent(kind -> data.put("difference", lower(kind)));
        data.put("cells", cells);
        return data;
    }
}
