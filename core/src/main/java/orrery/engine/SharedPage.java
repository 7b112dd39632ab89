package orrery.engine;

import org.jspecify.annotations.Nullable;

/**
 * A page that the prefix cache knows, and how many sequences have it in their tables; or a snapshot of a state, which
 * sequences copy and never have.
 */
final class SharedPage {
    /** In the place of a pool: it is a state. */
    static final int STATE = -1;

    final PrefixBlock block;
    final int pool;

    /** Its number within the pool, or the state's slot. */
    final int number;

    /** Sequences that have it. */
    int users;

    /** Its neighbours among the unused ones. */
    @Nullable
    SharedPage older;

    @Nullable
    SharedPage newer;

    SharedPage(PrefixBlock block, int pool, int number, int users) {
        this.block = block;
        this.pool = pool;
        this.number = number;
        this.users = users;
    }
}
