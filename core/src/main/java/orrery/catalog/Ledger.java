package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orrery.format.ModelFile;
import orrery.spec.ArchitectureSpec;
import orrery.spec.WeightSpec;

/**
 * The number of elements in a file's tensors, split into the spec's parameters and everything else. The file's side is
 * counted from its tensors' shapes, the spec's side by arithmetic, so if the difference is not exactly zero, something
 * is wrong.
 *
 * @param inFile elements of all tensors
 * @param parameters of the spec
 * @param leftOut unused parameters that the file does not contain
 * @param others what else the file contains
 */
public record Ledger(long inFile, long parameters, long leftOut, List<Ledger.Entry> others) {
    public Ledger {
        others = List.copyOf(others);
    }

    /**
     * Elements beyond the spec's.
     *
     * @param what follows the number: {@code in vision_tower, which is not run}
     */
    public record Entry(long elements, String what) {}

    /**
     * Adds up a file whose tensors have been claimed.
     *
     * @param headTwice whether it contains a tied head as a separate tensor
     */
    static Ledger of(
            ModelFile file, ArchitectureSpec spec, TensorNames names, NamedTensors tensors, boolean headTwice) {
        long all = file.tensors().values().stream()
                .mapToLong(tensor -> tensor.shape().elements())
                .sum();
        long unread = 0;
        for (var entry : spec.weights().entrySet()) {
            var weight = entry.getValue();
            if (weight.use() == WeightSpec.Use.UNUSED && !tensors.holdsAny(names.parts(entry.getKey()))) {
                unread += weight.parameters();
            }
        }
        long copies = 0;
        for (var entry : spec.draftWeights().entrySet()) {
            var weight = entry.getValue();
            var parts = names.draftParts(entry.getKey(), spec.layers().size());
            if (weight.use() == WeightSpec.Use.UNUSED && tensors.holdsAny(parts)) {
                copies += weight.parameters();
            }
        }
        var others = new ArrayList<Entry>();
        add(others, spec.draftParameters(), "of the draft");
        add(others, copies, "of the draft's copies of embedding and head");
        add(others, tensors.claimedScales(), "factors of blocks");
        add(others, headTwice ? (long) spec.vocabSize() * spec.hiddenSize() : 0, "of the tied head, written again");
        others.addAll(tensors.aside());
        return new Ledger(all, spec.parameters(), unread, others);
    }

    private static void add(List<Entry> entries, long elements, String what) {
        if (elements != 0) {
            entries.add(new Entry(elements, what));
        }
    }

    /** Elements that nothing accounts for: 0 if file and spec agree. */
    public long difference() {
        long known = others.stream().mapToLong(Entry::elements).sum();
        return inFile - known - (parameters - leftOut);
    }

    /** As a sentence. */
    public String text() {
        var text = new StringBuilder("The files hold " + exact(inFile) + " elements");
        if (difference() == 0 && leftOut == 0 && others.isEmpty()) {
            return text + ": exactly the spec's parameters.";
        }
        text.append(" = ").append(exact(parameters)).append(" parameters of the spec");
        if (leftOut > 0) {
            text.append(" - ").append(exact(leftOut)).append(" that are never read and that the files leave out");
        }
        others.forEach(entry ->
                text.append(" + ").append(exact(entry.elements())).append(' ').append(entry.what()));
        return difference() == 0
                ? text.append(", exactly.").toString()
                : text.append(", and ")
                        .append(exact(difference()))
                        .append(" that are unaccounted for.")
                        .toString();
    }

    private static String exact(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
