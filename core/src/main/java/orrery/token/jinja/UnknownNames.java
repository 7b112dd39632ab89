package orrery.token.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * Filters and tests that do not exist. Like Jinja, they are refused when the template is parsed, unless they stand in a
 * branch of a condition: there, only if the branch is taken. So a name is kept until it is known where it stands.
 */
final class UnknownNames {
    private record Unknown(String message, int at) {}

    private final Source source;
    private final List<Unknown> pending = new ArrayList<>();

    UnknownNames(Source source) {
        this.source = source;
    }

    void add(String message, int at) {
        pending.add(new Unknown(message, at));
    }

    /** What is pending now; names added later can be told by it. */
    int mark() {
        return pending.size();
    }

    /** The names since the mark stand in a condition: they will be met when rendering, or never. */
    void leaveSince(int mark) {
        pending.subList(mark, pending.size()).clear();
    }

    /** The names since the mark stand in no condition. */
    void refuseSince(int mark) {
        if (pending.size() > mark) {
            Unknown first = pending.get(mark);
            throw source.failure(first.message, first.at);
        }
    }
}
