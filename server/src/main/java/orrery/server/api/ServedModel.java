package orrery.server.api;

import orrery.chat.ChatFormat;
import orrery.engine.Engine;

/** A model in memory, which answers. */
public final class ServedModel implements AutoCloseable {
    private final String name;
    private final Engine engine;
    private final ChatFormat format;
    private final Gate gate;
    private volatile boolean closed;

    /**
     * @param name what clients call it
     * @param engine what runs it; closed with this
     * @param format how it writes thoughts and calls
     * @param running answers that run at the same time at most
     * @param waiting answers that may wait
     */
    ServedModel(String name, Engine engine, ChatFormat format, int running, int waiting) {
        this.name = name;
        this.engine = engine;
        this.format = format;
        gate = new Gate(running, waiting);
    }

    /** What clients call it. */
    public String name() {
        return name;
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
