package orrery.catalog;

import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import orrery.spec.ArchitectureSpec;

/**
 * A released model.
 *
 * @param hubId the repository of its authors: {@code owner/name} on the Hugging Face hub
 * @param spec its architecture, under its name in this catalog
 * @param released the day on which its authors first published the weights, if it is certain
 * @param licence the licence of the weights, by its authors' name, if it is certain
 * @param paper the arXiv id of the authors' report, if there is one
 * @param variants hub ids of releases with the same architecture and size: chat-tuned models, or later training runs
 */
public record Release(
        String hubId,
        ArchitectureSpec spec,
        Optional<LocalDate> released,
        Optional<String> licence,
        Optional<String> paper,
        List<String> variants) {

    public Release {
        variants = List.copyOf(variants);
    }

    /** Without a date, a licence, a paper or variants. */
    Release(String hubId, ArchitectureSpec spec) {
        this(hubId, spec, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    /** Lower case, with the release's own numbers: {@code gemma-3-27b}. */
    public String name() {
        return spec.name();
    }

    /** The URL of the model card. */
    public URI card() {
        return URI.create("https://huggingface.co/" + hubId);
    }

    /** The authors' report, if there is one. */
    public Optional<URI> report() {
        return paper.map(id -> URI.create("https://arxiv.org/abs/" + id));
    }

    /**
     * Its other names, in lower case: hub ids with and without their owner, and the name with the suffix of a variant's
     * hub id ({@code llama-3-8b-instruct} of {@code meta-llama/Meta-Llama-3-8B-Instruct}).
     */
    public List<String> aliases() {
        var all = new LinkedHashSet<String>();
        String own = last(hubId);
        Stream.concat(Stream.of(hubId), variants.stream()).forEach(id -> {
            String last = last(id);
            all.add(id.toLowerCase(Locale.ROOT));
            all.add(last);
            if (last.startsWith(own + "-")) {
                all.add(name() + last.substring(own.length()));
            }
        });
        all.remove(name());
        return List.copyOf(all);
    }

    /** What its authors say about it. */
    public Announcement announced() {
        return Announcements.of(name());
    }

    private static String last(String id) {
        return id.substring(id.indexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    /** The same, with the day on which its weights were published, as in {@code 2025-03-12}. */
    Release on(String day) {
        return new Release(hubId, spec, Optional.of(LocalDate.parse(day)), licence, paper, variants);
    }

    Release under(String name) {
        return new Release(hubId, spec, released, Optional.of(name), paper, variants);
    }

    /** The same, with an arXiv paper. */
    Release in(String arxivId) {
        return new Release(hubId, spec, released, licence, Optional.of(arxivId), variants);
    }

    /**
     * The same, with variants by the same owner: whole names, or suffixes of this one's name that start with a hyphen.
     */
    Release also(String... names) {
        var all = new ArrayList<>(variants);
        String owner = hubId.substring(0, hubId.indexOf('/') + 1);
        for (String one : names) {
            all.add(one.startsWith("-") ? hubId + one : owner + one);
        }
        return new Release(hubId, spec, released, licence, paper, all);
    }
}
