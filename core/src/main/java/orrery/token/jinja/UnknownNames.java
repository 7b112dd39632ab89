package orrery.token.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * Filters and tests that do not exist. Like Jinja, the parser refuses them, except in a branch of a condition, where
 * they fail only if the branch is taken. So a name is kept until its place is known.
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

    /** The number of pending names, which identifies names added later. */
    int mark() {
        return pending.size();
    }

    /** The names since the mark are in a condition: rendering refuses them if it reaches them. */
    void leaveSince(int mark) {
        pending.subList(mark, pending.size()).clear();
    }

    /** The names since the mark are not in a condition. */
    void refuseSince(int mark) {
        if (pending.size() > mark) {
            Unknown first = pending.get(mark);
            throw source.failure(first.message, first.at);
        }
    }
}
