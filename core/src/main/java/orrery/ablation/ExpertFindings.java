package orrery.ablation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What runs with dense and sparse feed-forwards show of the claims of DeepSeekMoE (arXiv:2401.06066). */
final class ExpertFindings {
    static final String FEED_FORWARD = "feed-forward";
    static final String DENSE = "dense";
    static final String TOP = "top-2 of 8";
    static final String FINE = "fine-grained, 8 of 32";
    static final String SHARED = "with a shared expert, 1 + 7 of 31";
    static final String BUSIEST = "busiest_expert_load";
    static final String UNUSED = "unused_experts";

    private final Ablation ablation;

    private ExpertFindings(Ablation ablation) {
        this.ablation = ablation;
    }

    static List<String> of(Ablation ablation) {
        var findings = new ExpertFindings(ablation);
        var sentences = new ArrayList<String>();
        sentences.add("Loss with equally many active parameters of feed-forwards: "
                + ablation.values(FEED_FORWARD).stream()
                        .flatMap(kind -> ablation.spread("loss", FEED_FORWARD, kind).stream()
                                .map(loss -> kind + " " + loss.text() + " nats"))
                        .collect(Collectors.joining("; "))
                + ".");
        findings.compared("experts are better than a dense feed-forward", TOP, DENSE)
                .ifPresent(sentences::add);
        findings.compared("fine-grained experts are better than few wide ones", FINE, TOP)
                .ifPresent(sentences::add);
        findings.compared("a shared expert improves fine-grained ones", SHARED, FINE)
                .ifPresent(sentences::add);
        String load = List.of(TOP, FINE, SHARED).stream()
                .flatMap(kind -> findings.load(kind).stream())
                .collect(Collectors.joining("; "));
        if (!load.isEmpty()) {
            sentences.add("Load of experts on validation text: " + load + ".");
        }
        return sentences;
    }

    private Optional<String> load(String kind) {
        var unused = ablation.spread(UNUSED, FEED_FORWARD, kind);
        return ablation.spread(BUSIEST, FEED_FORWARD, kind)
                .map(busiest -> kind + ": the busiest expert of a layer gets " + Spread.two(busiest.mean())
                        + " times an even share"
                        + unused.map(none -> ", and " + Spread.two(none.mean()) + " experts per layer get less than a"
                                        + " tenth of one")
                                .orElse(""));
    }

    private Optional<String> compared(String claim, String better, String worse) {
        var first = ablation.spread("loss", FEED_FORWARD, better);
        var second = ablation.spread("loss", FEED_FORWARD, worse);
        if (first.isEmpty() || second.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("That " + claim + " " + Claim.verdict(first.get(), second.get(), worse));
    }
}
