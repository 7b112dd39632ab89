package orrery.spec;

/** Which positions a query attends to: how far back, and, if the rows of a span see each other, how far ahead. */
public sealed interface Reach {

    /** Full attention. */
    final class Full implements Reach {
        // Only the interface creates it: otherwise two threads, one initializing each class, could deadlock.
        private Full() {}

        @Override
        public String toString() {
            return "Full";
        }
    }

    /**
     * Sliding window attention: the last {@code tokens} positions including the query's own,
     * {@code key > query - tokens}.
     */
    record Window(int tokens) implements Reach {
        public Window {
            SpecException.require(tokens > 0, "sliding_window is " + tokens + ", expected 1 or more");
        }
    }

    /**
     * Chunked attention: the positions of the query's own chunk, {@code key / tokens == query / tokens} (Llama 4). The
     * first position of a chunk sees only itself.
     */
    record Chunk(int tokens) implements Reach {
        public Chunk {
            SpecException.require(tokens > 0, "attention_chunk_size is " + tokens + ", expected 1 or more");
        }
    }

    Reach FULL = new Full();

    /** The first position that a query at {@code position} sees. */
    default int firstSeenFrom(int position) {
        return switch (this) {
            case Full _ -> 0;
            case Window(var tokens) -> Math.max(0, position - tokens + 1);
            case Chunk(var tokens) -> position - position % tokens;
        };
    }

    /**
     * The last position that a query at {@code position} sees.
     *
     * @param last the last one that causality, or the query's span, lets it see: its own position or a later one
     */
    default int lastSeenFrom(int position, int last) {
        return switch (this) {
            case Full _, Window _ -> last;
            case Chunk(var tokens) -> Math.min(last, position - position % tokens + tokens - 1);
        };
    }

    /** How many of {@code tokens} positions must be kept for the last of them and the next one. */
    default long keptOf(long tokens) {
        return switch (this) {
            case Full _ -> tokens;
            case Window(var window) -> Math.min(tokens, window);
            case Chunk(var chunk) -> Math.min(tokens, chunk);
        };
    }
}
