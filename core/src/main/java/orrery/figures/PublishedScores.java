package orrery.figures;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The evaluation of base models as the model cards of OLMo 2 print it, copied number by number: floating-point
 * operations of the training, and the average of ten tasks.
 *
 * @param model as the card calls it
 * @param release the same in the catalog; empty where it is none of it
 * @param flops of the whole training; empty where the card has none
 * @param average of ten tasks
 */
record PublishedScores(String model, String release, OptionalDouble flops, double average) {
    static final String SOURCE = "model cards of allenai/OLMo-2-1124-7B and -13B, section Evaluation";

    /**
     * Gemma 2 9B as the cards have it since they were corrected: 52.9 came from two columns that were given as shares.
     */
    static final List<PublishedScores> ALL = List.of(
            row("OLMo 0424 7B", "", 1.0e23, 50.7),
            row("DCLM 7B", "", 1.0e23, 56.9),
            row("Llama 2 13B", "", 1.6e23, 54.1),
            row("OLMo 2 7B", "olmo-2-7b", 1.8e23, 62.9),
            row("MAP-Neo 7B", "", 2.1e23, 49.6),
            row("Gemma 2 9B", "gemma-2-9b", 4.4e23, 67.8),
            row("OLMo 2 13B", "olmo-2-13b", 4.6e23, 68.3),
            row("Llama 3.1 8B", "llama-3.1-8b", 7.2e23, 61.8),
            row("Qwen 2.5 7B", "", 8.2e23, 67.4),
            row("Qwen 2.5 14B", "", 16.0e23, 72.2),
            new PublishedScores("Mistral 7B v0.3", "mistral-7b-v0.3", OptionalDouble.empty(), 58.8),
            new PublishedScores("Mistral Nemo 12B", "", OptionalDouble.empty(), 66.9));

    private static PublishedScores row(String model, String release, double flops, double average) {
        return new PublishedScores(model, release, OptionalDouble.of(flops), average);
    }

    /** What the card prints for a release; empty for most. */
    static OptionalDouble flopsOf(String release) {
        return ALL.stream()
                .filter(one -> one.release().equals(release))
                .map(PublishedScores::flops)
                .findFirst()
                .orElse(OptionalDouble.empty());
    }

    /** {@code 1.8e23}, as the card writes it. */
    static String exponent(double flops) {
        int power = (int) Math.floor(Math.log10(flops));
        return String.format(java.util.Locale.ROOT, "%.1fe%d", flops / Math.pow(10, power), power);
    }
}
