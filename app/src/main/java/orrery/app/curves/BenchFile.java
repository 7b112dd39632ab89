package orrery.app.curves;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import orrery.OrreryException;
import orrery.app.terminal.CommandException;
import orrery.curve.Machine;
import orrery.curve.Measurement;
import orrery.curve.Quantity;
import orrery.format.Metadata;
import orrery.tensor.KvType;

/**
 * The output of {@code orrery bench --json}.
 *
 * @param machine with the peaks that were probed next to the measurements
 */
public record BenchFile(Machine machine, List<Measurement> measurements) {
    public BenchFile {
        measurements = List.copyOf(measurements);
    }

    /**
     * @param memory bytes that the machine has, which the file does not contain
     * @throws CommandException if it cannot be read or is something else
     */
    public static BenchFile read(Path file, long memory) {
        try {
            return read(Metadata.readJson(file), memory);
        } catch (OrreryException e) {
            throw new CommandException(file + ": expected what orrery bench --json prints, but " + e.getMessage(), e);
        }
    }

    private static BenchFile read(Metadata bench, long memory) {
        var ceilings = bench.requireChild("ceilings");
        var machine = new Machine(
                "this",
                "the measured machine",
                ceilings.decimal("bandwidth_bytes_per_second"),
                OptionalDouble.of(ceilings.decimal("fma_flops_per_second")),
                memory,
                "as orrery bench probed it beside its measurements");
        var measurements = new ArrayList<Measurement>();
        for (var one : bench.children("prefills")) {
            int tokens = count(one, "tokens");
            measurements.add(measurement(bench, Quantity.FIRST, tokens, 1, tokens / speed(one)));
        }
        for (var one : bench.children("decodes")) {
            int batch = count(one, "batch");
            // The context grows during the measurement.
            long middle = 1 + (long) (count(one, "context") + count(one, "tokens") / 2.0);
            measurements.add(measurement(bench, Quantity.TIME, middle, batch, batch / speed(one)));
        }
        return new BenchFile(machine, measurements);
    }

    private static int count(Metadata of, String key) {
        int count = of.integer(key);
        if (count < 0) {
            throw new CommandException(of.origin() + ": " + key + " is " + count);
        }
        return count;
    }

    /** The speed with all layers: if only some fitted into memory, the estimate from the time of each kind. */
    private static double speed(Metadata workload) {
        var whole = workload.child("all_layers").filter(all -> all.has("predicted_tokens_per_second"));
        double speed = whole.isPresent()
                ? whole.get().decimal("predicted_tokens_per_second")
                : workload.decimal("tokens_per_second");
        if (!(speed > 0)) {
            throw new CommandException(workload.origin() + ": a speed of " + speed + " tokens per second");
        }
        return speed;
    }

    private static Measurement measurement(Metadata bench, Quantity quantity, long context, int batch, double seconds) {
        var memory = bench.requireChild("memory");
        String kvType = memory.text("kv_type");
        var model = bench.requireChild("model");
        return new Measurement(
                model.text("name"),
                quantity,
                bench.text("storage"),
                KvType.named(kvType)
                        .orElseThrow(() -> new CommandException(memory.origin() + ": kv_type is \"" + kvType
                                + "\", expected one of " + KvType.labels())),
                context,
                batch,
                seconds);
    }
}
