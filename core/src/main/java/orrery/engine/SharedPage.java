package orrery.engine;

import org.jspecify.annotations.Nullable;

/** A page that the prefix cache knows, and how many sequences have it in their tables. */
final class SharedPage {
    final Block block;
    final int pool;

    /** Its number within the pool. */
    final int number;

    /** Sequences that have it. */
    int users;

    /** Its neighbours among the unused ones. */
    @Nullable SharedPage older;

    @Nullable SharedPage newer;

    SharedPage(Block block, int pool, int number, int users) {
        this.block = block;
        this.pool = pool;
        this.number = number;
        this.users = users;
    }
}
