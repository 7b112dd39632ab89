package orrery.spec;

/** Which earlier positions a query sees. Every kind is causal. */
public sealed interface Reach {

    /** All of them. */
    final class Full implements Reach {
        // Made by the interface alone: two threads that began with one of the two each would wait for the other's class
        // for ever.
        private Full() {}

        @Override
        public String toString() {
            return "Full";
        }
    }

    /** The last {@code tokens}, the query's own among them: {@code key > query - tokens}. */
    record Window(int tokens) implements Reach {
        public Window {
            SpecException.require(tokens > 0, "sliding_window is " + tokens + ", expected 1 or more");
        }
    }

    /** Those of the query's own chunk: {@code key / tokens == query / tokens} (Llama 4). The first of a chunk sees only itself. */
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

    /** How many of {@code tokens} positions have to be kept for the one that follows or is the last of them. */
    default long keptOf(long tokens) {
        return switch (this) {
            case Full _ -> tokens;
            case Window(var window) -> Math.min(tokens, window);
            case Chunk(var chunk) -> Math.min(tokens, chunk);
        };
    }
}
