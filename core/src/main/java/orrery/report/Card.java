package orrery.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orrery.catalog.Ledger;
import orrery.catalog.Release;

/**
 * A model on one page, for people: sections of facts.
 *
 * @param title the model's name, and its family
 */
public record Card(String title, List<Section> sections) {
    public Card {
        sections = List.copyOf(sections);
    }

    /**
     * Facts under a heading.
     *
     * @param columns titles of the columns that the facts' cells stand in; none where each fact is a text
     * @param note what there is to say about all of them
     */
    public record Section(String heading, List<String> columns, List<Fact> facts, Optional<String> note) {
        public Section {
            columns = List.copyOf(columns);
            facts = List.copyOf(facts);
        }

        /** Of texts. */
        public Section(String heading, List<Fact> facts) {
            this(heading, List.of(), facts, Optional.empty());
        }
    }

    /**
     * A name and what there is to say about it.
     *
     * @param cells one for each column, or one text
     */
    public record Fact(String label, List<String> cells) {
        public Fact {
            cells = List.copyOf(cells);
        }

        public Fact(String label, String text) {
            this(label, List.of(text));
        }

        /** All there is to say, in one line. */
        public String text() {
            return String.join(", ", cells);
        }
    }

    static Card of(ArchitectureReport report) {
        var spec = report.spec();
        var sections = new ArrayList<Section>();
        report.release().ifPresent(release -> sections.add(release(release)));
        var facts = Facts.of(spec);
        for (var topic : Topic.values()) {
            var told = told(facts, topic);
            if (!told.isEmpty()) {
                sections.add(new Section(topic.title(), told));
            }
        }
        var announced = Announced.of(spec);
        sections.add(parameters(ParameterTable.of(spec), announced));
        FastMemory.of(spec).ifPresent(memory -> sections.add(fastMemory(memory, announced)));
        if (!report.nested().isEmpty()) {
            var nested = report.nested().stream().map(NestedModel::fact).toList();
            sections.add(new Section("Smaller models within (MatFormer)", nested));
        }
        sections.addAll(CostSections.of(report));
        if (!report.stored().isEmpty()) {
            sections.add(stored(report.stored(), report.ledger()));
        }
        return new Card(spec.name() + " (" + report.family() + ")", sections);
    }

    private static Section release(Release release) {
        var facts = new ArrayList<Fact>();
        String when = release.released().map(java.time.LocalDate::toString).orElse("day unknown");
        facts.add(new Fact("released", when + ", " + release.licence().orElse("licence unknown")));
        facts.add(new Fact("source", release.card().toString()));
        release.report().ifPresent(paper -> facts.add(new Fact("report", paper.toString())));
        var training = release.announced().training();
        training.map(tokens -> tokens.text() + " tokens (" + tokens.source() + ")")
                .ifPresent(tokens -> facts.add(new Fact("trained on", tokens)));
        return new Section("Release", facts);
    }

    /** What a topic tells of all layers; what a model has nothing of is left out. */
    private static List<Fact> told(Facts facts, Topic topic) {
        var told = new ArrayList<Fact>();
        for (var property : Property.values()) {
            if (property.topic() == topic) {
                facts.of(property)
                        .filter(value -> !value.isNone() && !value.words().isEmpty())
                        .filter(_ -> property != Property.QK_NORM_FORM)
                        .ifPresent(value -> told.add(new Fact(property.title(), value.words())));
            }
        }
        return told;
    }

    private static Section parameters(ParameterTable table, Announced announced) {
        boolean sparse = table.active() != table.total();
        var facts = new ArrayList<Fact>();
        table.rows().forEach(row -> facts.add(counted(row.part().title(), row.total(), row.active(), sparse)));
        facts.add(counted("total", table.total(), table.active(), sparse));
        announced.total().ifPresent(total -> {
            long part = total - table.total();
            facts.add(counted("not counted", part, sparse));
            facts.add(counted("whole release", total, sparse));
        });
        var notes = new ArrayList<String>();
        if (sparse) {
            notes.add(ParameterTable.CONVENTION);
        }
        announced.leftOut().ifPresent(sentence -> notes.add(capital(sentence) + leftOutSource(announced) + "."));
        var note = Optional.of(String.join(" ", notes)).filter(all -> !all.isEmpty());
        return new Section("Parameters", sparse ? List.of("all", "active per token") : List.of("all"), facts, note);
    }

    private static String leftOutSource(Announced announced) {
        return announced.total().isPresent()
                ? " (" + announced.words().leftOut().orElseThrow().source() + ")"
                : "";
    }

    private static String capital(String sentence) {
        return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private static Fact counted(String label, long total, boolean sparse) {
        return new Fact(label, sparse ? List.of(Numbers.exact(total), "") : List.of(Numbers.exact(total)));
    }

    private static Fact counted(String label, long total, long active, boolean sparse) {
        String all = Numbers.exact(total);
        return new Fact(label, sparse ? List.of(all, Numbers.exact(active)) : List.of(all));
    }

    private static Section fastMemory(FastMemory memory, Announced announced) {
        var effective = announced.words().effective();
        String published = effective
                .map(one -> "; its makers say " + one.text() + " (" + one.source() + ")")
                .orElse("");
        String fast = Numbers.exact(memory.effective())
                + " parameters, without the token and per-layer embeddings, which can stay outside the accelerator's memory"
                + published;
        String file = Numbers.exact(memory.perLayerTable()) + " of per-layer embeddings, "
                + Numbers.bytes(memory.tableBytes()) + " in bf16; " + Numbers.exact(memory.readPerToken())
                + " read per token";
        return new Section("Fast memory", List.of(new Fact("effective", fast), new Fact("can stay in a file", file)));
    }

    private static Section stored(List<StoredWeights> stored, Optional<Ledger> ledger) {
        var columns = List.of("elements", "bytes", "tensors");
        var facts = new ArrayList<Fact>();
        for (var one : stored) {
            String bytes = Numbers.bytes(one.bytes());
            facts.add(
                    new Fact(one.dtype(), List.of(Numbers.exact(one.elements()), bytes, Numbers.exact(one.tensors()))));
        }
        return new Section("Weights in the files", columns, facts, ledger.map(Ledger::text));
    }
}
