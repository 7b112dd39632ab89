package orrery.lab.experiment;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import orrery.ablation.Cell;
import orrery.lab.data.Task;
import orrery.lab.train.TrainingPlan;
import orrery.spec.ArchitectureSpec;

/**
 * A cell that is to be run.
 *
 * @param factors what it differs from the others in, by name
 * @param spec the model
 * @param plan how it is trained, with the seed
 * @param task what it is trained on
 * @param cuts contexts, in tokens, with which a text is measured again: what more context gains
 */
record Trial(
        SortedMap<String, String> factors, ArchitectureSpec spec, TrainingPlan plan, Task task, List<Integer> cuts) {
    Trial {
        factors = Collections.unmodifiableSortedMap(new TreeMap<>(factors));
        cuts = List.copyOf(cuts);
    }

    Trial(Map<String, String> factors, ArchitectureSpec spec, TrainingPlan plan, Task task) {
        this(new TreeMap<>(factors), spec, plan, task, List.of());
    }

    String name() {
        return Cell.name(factors, plan.seed());
    }

    /** Tokens that it is trained on. */
    long tokens() {
        return (long) plan.steps() * plan.batch() * plan.context();
    }

    /** Roughly proportional to its time: parameters times tokens. */
    double work() {
        return (double) spec.activeParameters() * tokens();
    }
}
