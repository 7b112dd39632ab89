package orrery.ablation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What runs with several kinds of attention show beside the tables of DeepSeek V2's report (arXiv:2405.04434). */
final class AttentionFindings {
    static final String ATTENTION = "attention";
    static final String CACHE = "cache_bytes_per_token";

    private final Ablation ablation;

    private AttentionFindings(Ablation ablation) {
        this.ablation = ablation;
    }

    static List<String> of(Ablation ablation) {
        var findings = new AttentionFindings(ablation);
        var sentences = new ArrayList<String>();
        sentences.add("Loss at equal parameters, and what a token adds to the KV cache in bf16: "
                + ablation.values(ATTENTION).stream()
                        .flatMap(kind -> findings.row(kind).stream())
                        .collect(Collectors.joining("; "))
                + ".");
        findings.compared("MHA", "GQA", "appendix D, table 8").ifPresent(sentences::add);
        findings.compared("GQA", "MQA", "appendix D, table 8").ifPresent(sentences::add);
        findings.compared("MLA", "MHA", "appendix D, table 9").ifPresent(sentences::add);
        return sentences;
    }

    private Optional<String> row(String kind) {
        return ablation.spread("loss", ATTENTION, kind)
                .map(loss -> kind + " " + loss.text() + " nats"
                        + ablation.spread(CACHE, ATTENTION, kind)
                                .map(bytes -> ", " + Math.round(bytes.mean()) + " bytes")
                                .orElse(""));
    }

    private Optional<String> compared(String better, String worse, String where) {
        var first = ablation.spread("loss", ATTENTION, better);
        var second = ablation.spread("loss", ATTENTION, worse);
        if (first.isEmpty() || second.isEmpty()) {
            return Optional.empty();
        }
        String claim = "That " + better + " is better than " + worse + " (arXiv:2405.04434, " + where + ") ";
        return Optional.of(claim + Claim.verdict(first.get(), second.get(), worse));
    }
}
