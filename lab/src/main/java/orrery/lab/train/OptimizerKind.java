package orrery.lab.train;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What updates the weights. */
public enum OptimizerKind {
    /** AdamW for everything. */
    ADAMW,
    /** Muon for the matrices of layers, AdamW for the rest. */
    MUON;

    /** As it is written on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The one with that label.
     *
     * @throws TrainException if there is none
     */
    public static OptimizerKind named(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new TrainException("optimizer is \"" + label + "\", expected "
                        + Arrays.stream(values()).map(OptimizerKind::label).collect(Collectors.joining(" or "))));
    }
}
