package orrery.lab.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.function.DoubleSupplier;
import orrery.ablation.Ablation;
import orrery.ablation.Cell;
import orrery.lab.train.ModelTrainer;
import orrery.lab.train.TrainException;

/**
 * Runs the cells of an experiment, one after the other. Its file is replaced after each of them, so that a run that was
 * stopped goes on with the cell that it was at.
 */
public final class GridRun {
    /** Steps that are timed for an estimate; the first ones are slow, because Java compiles while they run. */
    private static final int TIMED = 20;

    private static final int LAST = 5;
    /** The unit of progress: a million parameters times tokens. */
    private static final double UNIT = 1e6;

    private final String experiment;
    private final List<Trial> trials;
    private final Ablation empty;
    private final int threads;
    private final DoubleSupplier seconds;

    private GridRun(Experiment experiment, List<Trial> trials, Ablation empty, int threads, DoubleSupplier seconds) {
        this.experiment = experiment.name();
        this.trials = trials;
        this.empty = empty;
        this.threads = threads;
        this.seconds = seconds;
    }

    /**
     * Prepares a run.
     *
     * @param command that is recorded as what ran it
     * @param machine in words, likewise
     * @param threads that compute; they change no bit of the results
     */
    public static GridRun of(Experiment experiment, GridSize size, String command, String machine, int threads) {
        return of(experiment, experiment.trials(size), command, machine, threads, () -> System.nanoTime() / 1e9);
    }

    static GridRun of(
            Experiment experiment,
            List<Trial> trials,
            String command,
            String machine,
            int threads,
            DoubleSupplier seconds) {
        var empty = new Ablation(experiment.name(), command, machine, experiment.settings(), trials.size(), List.of());
        return new GridRun(experiment, trials, empty, threads, seconds);
    }

    /**
     * Runs what a file does not have yet.
     *
     * @param file of the results, new or of an earlier run
     * @return all results
     * @throws orrery.OrreryException if the file belongs to another experiment, or cannot be written
     */
    public Ablation run(Path file, GridListener listener) {
        var results = Files.exists(file) ? resumed(file) : empty;
        var done = new HashSet<>(results.cells().stream().map(Cell::name).toList());
        var left = trials.stream().filter(trial -> !done.contains(trial.name())).toList();
        listener.begins(left.size(), trials.size() - left.size(), left.isEmpty() ? 0 : estimate(left));
        double all = left.stream().mapToDouble(Trial::work).sum();
        double before = 0;
        for (var trial : left) {
            double from = before;
            var cell = TrialRun.run(trial, threads, seconds, report -> {
                double work = from + trial.work() * report.step() / trial.plan().steps();
                listener.at((long) (work / UNIT), (long) (all / UNIT));
            });
            before += trial.work();
            results = inOrder(results.with(cell));
            results.write(file);
            listener.finished(cell);
        }
        return results;
    }

    /** Cells in the order of the grid, and after them those that are not in it. */
    private Ablation inOrder(Ablation results) {
        var places = new HashMap<String, Integer>();
        trials.forEach(trial -> places.put(trial.name(), places.size()));
        return results.withAll(results.cells().stream()
                .sorted(Comparator.comparingInt(cell -> places.getOrDefault(cell.name(), trials.size())))
                .toList());
    }

    /** The cells of an earlier run, as results of what is asked for now unless that is less than before. */
    private Ablation resumed(Path file) {
        var before = Ablation.read(file);
        if (!before.experiment().equals(experiment)) {
            throw new TrainException(file + " holds results of " + before.experiment() + ", expected " + experiment);
        }
        if (!before.settings().equals(empty.settings())) {
            throw new TrainException(file + " holds results with the settings " + before.settings() + ", expected "
                    + empty.settings() + "; another --out starts a new run");
        }
        var names = new HashSet<>(trials.stream().map(Trial::name).toList());
        boolean wider = before.cells().stream().anyMatch(cell -> !names.contains(cell.name()));
        return wider ? before : empty.withAll(before.cells());
    }

    /** In seconds, if every cell takes as long for its parameters and tokens as the first one's last timed steps. */
    private double estimate(List<Trial> left) {
        var first = left.getFirst();
        var plan = first.plan();
        double fastest = Double.POSITIVE_INFINITY;
        try (var trainer = new ModelTrainer(first.spec(), plan, threads)) {
            for (int step = 0; step < Math.min(TIMED, plan.steps()); step++) {
                var batch = first.task().training(plan.seed(), step, plan.batch());
                double began = seconds.getAsDouble();
                trainer.step(batch.tokens(), batch.targets());
                if (step >= Math.min(TIMED, plan.steps()) - LAST) {
                    fastest = Math.min(fastest, seconds.getAsDouble() - began);
                }
            }
        }
        double perWork = fastest * plan.steps() / first.work();
        return perWork * left.stream().mapToDouble(Trial::work).sum();
    }
}
