package orrery.server.api;

import java.util.List;
import orrery.chat.ChatFormat;
import orrery.engine.Engine;

/** A model that is served. */
public final class ServedModel implements AutoCloseable {
    private final String name;
    private final List<String> aliases;
    private final Engine engine;
    private final ChatFormat format;
    private final Gate gate;
    private final long created = System.currentTimeMillis() / 1000;
    private volatile boolean closed;

    /**
     * @param name what clients call it
     * @param aliases other names that it answers to
     * @param engine what runs it; closed with this
     * @param format how it writes thoughts and calls
     * @param running answers that run at the same time at most
     * @param waiting answers that may wait
     */
    public ServedModel(String name, List<String> aliases, Engine engine, ChatFormat format, int running, int waiting) {
        this.name = name;
        this.aliases = List.copyOf(aliases);
        this.engine = engine;
        this.format = format;
        gate = new Gate(running, waiting);
    }

    /** What clients call it. */
    public String name() {
        return name;
    }

    /** Whether a client means this one. */
    boolean isCalled(String wanted) {
        return name.equals(wanted) || aliases.contains(wanted);
    }

    List<String> aliases() {
        return aliases;
    }

    /** What runs it. */
    public Engine engine() {
        return engine;
    }

    ChatFormat format() {
        return format;
    }

    Gate gate() {
        return gate;
    }

    long created() {
        return created;
    }

    /** Answers that run now. */
    public int running() {
        return gate.running();
    }

    /** Answers that wait now. */
    public int waiting() {
        return gate.waiting();
    }

    /** Whether its answers break off because it is no longer served. */
    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        engine.close();
    }
}
