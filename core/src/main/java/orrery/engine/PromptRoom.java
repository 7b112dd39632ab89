package orrery.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Divides a step's prompt rows among the sequences in prefill. The oldest gets at least half, or all that the others
 * leave, so that short prompts never hold up a long one; the others take turns for the rest, so that a long one never
 * holds up short ones.
 */
final class PromptRoom {
    private final List<Sequence> others = new ArrayList<>();
    private int turn;

    /**
     * Sets {@link Sequence#granted} of each sequence that has more than one token to compute.
     *
     * @param running oldest first
     * @param room the total number of rows, at least 1
     */
    void share(List<Sequence> running, int room) {
        others.clear();
        Sequence oldest = null;
        long needed = 0;
        for (int i = 0; i < running.size(); i++) {
            var sequence = running.get(i);
            sequence.granted = 0;
            if (sequence.pending() <= 1) {
                continue;
            }
            if (oldest == null) {
                oldest = sequence;
            } else {
                others.add(sequence);
                needed += sequence.pending();
            }
        }
        if (oldest == null) {
            return;
        }
        oldest.granted = (int) Math.min(oldest.pending(), Math.max((room + 1) / 2, room - needed));
        goRound((int) Math.min(room - oldest.granted, needed));
    }

    /** Equal parts; what one sequence does not need goes to those after it, and the next step starts with others. */
    private void goRound(int rest) {
        int left = rest;
        int served = 0;
        while (left > 0) {
            int size = others.size();
            for (int i = 0; i < size && left > 0; i++) {
                var sequence = others.get((turn + i) % size);
                int part = (left + size - i - 1) / (size - i);
                int rows = Math.min(part, sequence.pending() - sequence.granted);
                sequence.granted += rows;
                left -= rows;
                served++;
            }
        }
        turn = others.isEmpty() ? 0 : (turn + served) % others.size();
    }
}
