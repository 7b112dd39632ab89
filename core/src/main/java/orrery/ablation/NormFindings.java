package orrery.ablation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What runs with norms in several places show of what OLMo 2's report (arXiv:2501.00656) says about stability, computed
 * from the runs alone. An effect appears if every seed of one side is beyond every seed of the other.
 */
final class NormFindings {
    static final String NORMS = "norms";
    static final String RATE = "learning rate";
    static final String WARM_UP = "warm-up";
    static final String PRE = "pre-norm";
    static final String PRE_QK = "pre-norm + QK-norm";
    static final String INSIDE = "norm after the branch";
    static final String OLMO = "norm after the branch + QK-norm";
    static final String ORIGINAL = "original post-norm";
    static final String LETTERS = "loss of letter frequencies alone";

    /** Within this many nats of the letter frequencies' loss, a model has learned nothing else. */
    private static final double PLATEAU = 0.15;

    /** So many jumps in all runs may be chance. */
    private static final long FEW = 5;

    private static final String LOSS = "loss_spikes";
    private static final String GRADIENT = "gradient_spikes";

    private final Ablation ablation;

    private NormFindings(Ablation ablation) {
        this.ablation = ablation;
    }

    static List<String> of(Ablation ablation) {
        var findings = new NormFindings(ablation);
        var sentences = new ArrayList<String>();
        for (String warmUp : ablation.values(WARM_UP)) {
            findings.rates(warmUp).ifPresent(sentences::add);
        }
        findings.logits(PRE, PRE_QK).ifPresent(sentences::add);
        findings.logits(INSIDE, OLMO).ifPresent(sentences::add);
        sentences.add(findings.spikes());
        findings.plateau().ifPresent(sentences::add);
        sentences.add(findings.diverged());
        return sentences;
    }

    /** The learning rates that were run, ascending. */
    static List<String> rates(Ablation ablation) {
        return ablation.values(RATE).stream()
                .sorted(Comparator.comparingDouble(Double::parseDouble))
                .toList();
    }

    private static String named(String warmUp) {
        return warmUp.equals("yes") ? "With warm-up" : "Without warm-up";
    }

    /** Pre-norm and OLMo 2's arrangement at the highest learning rate that both were run with, and at their best. */
    private Optional<String> rates(String warmUp) {
        var rates = rates(ablation);
        var pre = best(PRE, warmUp);
        var olmo = best(OLMO, warmUp);
        if (rates.size() == 1 || pre.isEmpty() || olmo.isEmpty()) {
            return Optional.empty();
        }
        for (String rate : rates.reversed()) {
            var highPre = ablation.spread("loss", NORMS, PRE, RATE, rate, WARM_UP, warmUp);
            var highOlmo = ablation.spread("loss", NORMS, OLMO, RATE, rate, WARM_UP, warmUp);
            if (highPre.isPresent() && highOlmo.isPresent()) {
                return Optional.of(named(warmUp) + ", at a learning rate of " + rate + ", pre-norm ends at "
                        + highPre.get().text() + " nats, OLMo 2’s arrangement at "
                        + highOlmo.get().text() + ": " + compared(highPre.get(), highOlmo.get())
                        + " At the best rate of each, " + pre.get().rate + " and " + olmo.get().rate
                        + ", they end at " + pre.get().spread.text() + " and "
                        + olmo.get().spread.text() + ": " + atBest(pre.get().spread, olmo.get().spread));
            }
        }
        return Optional.empty();
    }

    private static String compared(Spread pre, Spread olmo) {
        return switch (olmo.to(pre)) {
            case BELOW -> "that OLMo 2’s arrangement bears higher learning rates appears at this scale.";
            case ABOVE -> "at this scale pre-norm bears them better, contrary to the report.";
            case MIXED -> "no difference beyond the seeds’ spread, so the report’s advantage does not appear here.";
            case UNKNOWN -> "one seed, so whether a difference is more than chance is open.";
        };
    }

    private static String atBest(Spread pre, Spread olmo) {
        return switch (olmo.to(pre)) {
            case BELOW -> "there, too, OLMo 2’s is better.";
            case ABOVE -> "there, pre-norm is better.";
            case MIXED -> "there, they do not differ beyond the seeds’ spread.";
            case UNKNOWN -> "with one seed, that is open, too.";
        };
    }

    private Optional<Best> best(String norms, String warmUp) {
        return rates(ablation).stream()
                .flatMap(rate -> ablation.spread("loss", NORMS, norms, RATE, rate, WARM_UP, warmUp).stream()
                        .map(spread -> new Best(rate, spread)))
                .min(Comparator.comparingDouble(one -> one.spread.mean()));
    }

    private record Best(String rate, Spread spread) {}

    private Optional<String> logits(String without, String with) {
        var large = ablation.spread("largest_attention_logit", NORMS, without);
        var small = ablation.spread("largest_attention_logit", NORMS, with);
        if (large.isEmpty() || small.isEmpty()) {
            return Optional.empty();
        }
        double high = large.get().highest();
        double low = small.get().highest();
        return Optional.of("The largest attention logit of all runs is " + Spread.two(high) + " with " + without
                + " and " + Spread.two(low) + " with QK-norm added"
                + (high > 2 * low
                        ? ": QK-norm bounds the logits here, too."
                        : ": the growth that QK-norm prevents does not appear here."));
    }

    /** A jump is a step far above the mean of the twenty before it; some are only batches of unusual text. */
    private String spikes() {
        var counts = ablation.values(NORMS).stream()
                .map(norms -> norms + " " + total(LOSS, norms) + " and " + total(GRADIENT, norms))
                .toList();
        String told = "Steps with a loss 0.5 nats above the mean of the twenty before, and with three times their"
                + " gradient norm: " + String.join("; ", counts) + ".";
        int runs = ablation.where(NORMS, PRE).size();
        return runs == 0 || runs != ablation.where(NORMS, OLMO).size()
                ? told
                : told + " " + rarer("Jumps of the loss", LOSS) + ", " + rarer("those of the gradient norm", GRADIENT)
                        + ".";
    }

    private String rarer(String what, String measure) {
        long pre = total(measure, PRE);
        long olmo = total(measure, OLMO);
        if (pre == 0 && olmo == 0) {
            return what + " do not appear at this scale";
        }
        return what + (pre >= FEW && pre > 2 * olmo ? " are rarer" : " are not clearly rarer")
                + " in OLMo 2’s arrangement than with pre-norm";
    }

    private long total(String measure, String norms) {
        return Math.round(ablation.where(NORMS, norms).stream()
                .flatMapToDouble(cell -> cell.measure(measure).stream())
                .sum());
    }

    /** At which rates the original post-norm learned no more than letter frequencies. */
    private Optional<String> plateau() {
        String told = ablation.settings().getOrDefault(LETTERS, "");
        if (told.isEmpty() || ablation.where(NORMS, ORIGINAL).isEmpty()) {
            return Optional.empty();
        }
        double letters = Double.parseDouble(told);
        var stuck = ablation.values(WARM_UP).stream()
                .flatMap(warmUp -> rates(ablation).stream()
                        .filter(rate -> ablation.spread("loss", NORMS, ORIGINAL, RATE, rate, WARM_UP, warmUp)
                                .filter(spread -> spread.mean() > letters - PLATEAU)
                                .isPresent())
                        .map(rate -> rate + (warmUp.equals("yes") ? " with warm-up" : " without")))
                .collect(Collectors.joining(", "));
        return Optional.of("The original post-norm "
                + (stuck.isEmpty()
                        ? "learns more than letter frequencies in all of its runs"
                        : "learns no more than letter frequencies (" + told + " nats) at learning rates of " + stuck)
                + ".");
    }

    private String diverged() {
        var diverged = ablation.cells().stream()
                .filter(cell -> cell.divergedAt().isPresent())
                .map(cell -> cell.name() + " at step " + cell.divergedAt().getAsInt())
                .toList();
        return diverged.isEmpty()
                ? "No run diverged."
                : "Diverged (a loss or gradient that is not a finite number): " + String.join("; ", diverged) + ".";
    }
}
