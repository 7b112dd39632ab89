package orrery.curve;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a curve shows against the context. */
public enum Quantity {
    /** Bytes of KV cache that are held: windows and chunks stop growing when full. */
    KV("KV cache held", "context", false),
    /**
     * Bytes of KV cache that one token reads. Chunks make teeth: the last token of one sees all of it, the next one
     * only itself.
     */
    READ("KV cache read per token", "context", false),
    /** Float operations of one token that is decoded. */
    FLOPS("operations per token", "context", false),
    /** Bytes read to decode one token; a step's weights are shared by its batch. */
    BYTES("bytes read per token", "context", false),
    /** Seconds of a step of decoding. */
    TIME("time per token", "context", true),
    /** Float operations of a whole prompt. */
    PREFILL("operations per prompt", "prompt", false),
    /** Seconds from a prompt to its first token. */
    FIRST("time to the first token", "prompt", true);

    private final String title;
    private final String against;
    private final boolean ofMachine;

    Quantity(String title, String against, boolean ofMachine) {
        this.title = title;
        this.against = against;
        this.ofMachine = ofMachine;
    }

    /** As a user writes it: {@code kv}. */
    public String label() {
        return this == READ ? "kv-read" : name().toLowerCase(Locale.ROOT);
    }

    /** What it is, in words. */
    public String title() {
        return title;
    }

    /** What the tokens along the axis are. */
    public String against() {
        return against;
    }

    /** Whether it depends on a machine. */
    public boolean ofMachine() {
        return ofMachine;
    }

    /** The one of that name, whatever the case; empty if there is none. */
    public static Optional<Quantity> named(String name) {
        return Arrays.stream(values())
                .filter(one -> one.label().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** All names, for messages. */
    public static String labels() {
        return Arrays.stream(values()).map(Quantity::label).collect(Collectors.joining(", "));
    }
}
