package orrery.engine;

import org.jspecify.annotations.Nullable;

/**
 * A page in the prefix cache, and how many sequences have it in their tables; or a state's snapshot, which sequences
 * copy but never hold.
 */
final class SharedPage {
    /** Instead of a pool's number: it is a state. */
    static final int STATE = -1;

    final PrefixBlock block;
    final int pool;

    /** Its number within the pool, or the state's slot. */
    final int number;

    /** The number of sequences that hold it. */
    int users;

    /** Its neighbours in the list of unused pages. */
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
