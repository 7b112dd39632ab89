package orrery.curve;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a curve shows by context. */
public enum Quantity {
    /** Bytes of the KV cache: windows and chunks stop growing when full. */
    KV("KV cache held", "context", false),
    /**
     * Bytes of KV cache read per token. Chunks give a sawtooth: the last token of a chunk reads all of it, the next
     * token only itself.
     */
    READ("KV cache read per token", "context", false),
    /** FLOPs per decoded token. */
    FLOPS("operations per token", "context", false),
    /** Bytes read per decoded token; a step's weights are shared by its batch. */
    BYTES("bytes read per token", "context", false),
    /** Seconds per decoding step. */
    TIME("time per token", "context", true),
    /** FLOPs per prompt. */
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

    /** Its name in options: {@code kv}. */
    public String label() {
        return this == READ ? "kv-read" : name().toLowerCase(Locale.ROOT);
    }

    /** Its title. */
    public String title() {
        return title;
    }

    /** The title of the axis of tokens. */
    public String against() {
        return against;
    }

    /** Whether it depends on a machine. */
    public boolean ofMachine() {
        return ofMachine;
    }

    /** The quantity with that name, ignoring case; empty if there is none. */
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
