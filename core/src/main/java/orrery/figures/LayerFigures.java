package orrery.figures;

import java.util.List;
import java.util.stream.Collectors;
import orrery.draw.NormSlots;
import orrery.draw.SideBySide;
import orrery.report.Announced;
import orrery.report.compare.Difference;
import orrery.spec.ArchitectureSpec;

/** Layers and what stands where in them: figures 8, 10 and 14. */
final class LayerFigures {
    private LayerFigures() {}

    static Figure norms() {
        return new Figure(
                FigureHeading.of(8),
                "From the original Transformer’s norm on the residual sum, through pre-norm, to OLMo 2’s norm after"
                        + " each branch but within the residual, and Gemma’s norms before and after. Drawn from the"
                        + " architectures; nothing here is measured.",
                NormSlots.of(Models.named("openai-gpt", "llama-3-8b", "olmo-2-7b", "gemma-3-27b")));
    }

    static Figure llamaAndOlmo() {
        return beside(10, "llama-3-8b", "olmo-2-7b");
    }

    static Figure olmoAndGemma() {
        return beside(14, "olmo-2-7b", "gemma-3-27b");
    }

    private static Figure beside(int number, String one, String other) {
        var specs = Models.named(one, other);
        return new Figure(
                FigureHeading.of(number),
                differences(specs) + " Numbers are computed from the architectures; the contexts are published."
                        + notCounted(specs),
                SideBySide.of(specs));
    }

    /** Which parts of multimodal releases are left out, in a sentence with a space before it; empty where none is. */
    static String notCounted(List<ArchitectureSpec> specs) {
        return specs.stream()
                .flatMap(spec -> Announced.of(spec).leftOut().stream()
                        .map(sentence -> " " + spec.name() + ": " + sentence + "."))
                .collect(Collectors.joining());
    }

    /** How the second is built differently from the first, in a sentence. */
    static String differences(List<ArchitectureSpec> specs) {
        var sentences =
                Difference.sentences(Difference.between(specs.getFirst(), specs.getLast()), Difference.Kind.STRUCTURE);
        return specs.getLast().name() + " beside " + specs.getFirst().name() + ": " + String.join("; ", sentences)
                + ".";
    }
}
