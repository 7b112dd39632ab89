package orrery.app.bench;

import java.util.ArrayList;
import java.util.List;
import orrery.app.terminal.Front;
import orrery.app.terminal.Progress;
import orrery.measure.BenchListener;

/** A progress bar per phase, one after another. Close it to remove the bar of the last phase. */
public final class PhaseBars implements BenchListener, AutoCloseable {
    private final Front front;
    private final boolean visible;
    private final List<Progress> bar = new ArrayList<>();
    private Phase shown = Phase.MAKING_WEIGHTS;

    /** @param visible false to print nothing */
    public PhaseBars(Front front, boolean visible) {
        this.front = front;
        this.visible = visible;
    }

    @Override
    public void at(Phase phase, long done, long all) {
        if (bar.isEmpty() || phase != shown) {
            close();
            shown = phase;
            bar.add(new Progress(front, words(phase), visible));
        }
        bar.getFirst().at(done, all);
    }

    private static String words(Phase phase) {
        return switch (phase) {
            case MAKING_WEIGHTS -> "making weights";
            case WARMING_UP -> "warming up";
            case MEASURING -> "measuring";
        };
    }

    /** Removes the bar; the next phase shows another. */
    @Override
    public void close() {
        bar.forEach(Progress::close);
        bar.clear();
    }
}
