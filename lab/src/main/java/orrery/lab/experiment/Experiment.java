package orrery.lab.experiment;

import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import orrery.lab.train.TrainException;

/** A grid of training runs, declared in one file. */
public sealed interface Experiment permits AttentionExperiment, ExpertExperiment, NormExperiment, WindowExperiment {

    /** On the command line: {@code norms}. */
    String name();

    /** What it compares, in a few words. */
    String title();

    /** What all cells share, by name. */
    SortedMap<String, String> settings();

    /** The cells of a grid of that size, seed by seed: an early stop leaves whole rows. */
    List<Trial> trials(GridSize size);

    /** All of them. */
    static List<Experiment> all() {
        return List.of(new NormExperiment(), new WindowExperiment(), new AttentionExperiment(), new ExpertExperiment());
    }

    /**
     * The one of that name.
     *
     * @throws TrainException if there is none
     */
    static Experiment named(String name) {
        return all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new TrainException("there is no experiment \"" + name + "\", expected "
                        + all().stream().map(Experiment::name).collect(Collectors.joining(", "))));
    }
}
