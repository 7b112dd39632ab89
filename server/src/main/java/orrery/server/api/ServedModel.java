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
     * @param name the name that clients use
     * @param engine runs it; closed with this object
     * @param format how it writes reasoning and calls
     * @param running the most answers that run at the same time
     * @param waiting the most answers that may wait
     */
    ServedModel(String name, Engine engine, ChatFormat format, int running, int waiting) {
        this.name = name;
        this.engine = engine;
        this.format = format;
        gate = new Gate(running, waiting);
    }

    /** The name that clients use. */
    public String name() {
        return name;
    }

    /** The engine that runs it. */
    public Engine engine() {
        return engine;
    }

    ChatFormat format() {
        return format;
    }

    Gate gate() {
        return gate;
    }

    /** Answers that are running now. */
    public int running() {
        return gate.running();
    }

    /** Answers that are waiting now. */
    public int waiting() {
        return gate.waiting();
    }

    /** Whether it has been closed, which ends its open answers. */
    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        engine.close();
    }
}
