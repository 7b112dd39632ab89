package orrery.app.curves;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import orrery.app.terminal.CommandException;
import orrery.curve.Machine;
import orrery.curve.Measurement;
import orrery.curve.Quantity;
import orrery.format.SmallFile;
import orrery.kernel.KvType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code orrery bench --json} printed.
 *
 * @param machine with the ceilings that were probed beside the measurements
 */
public record BenchFile(Machine machine, List<Measurement> measurements) {
    public BenchFile {
        measurements = List.copyOf(measurements);
    }

    /**
     * @param memory bytes that the machine has, which the file does not say
     * @throws CommandException if it cannot be read or is something else
     */
    public static BenchFile read(Path file, long memory) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(SmallFile.text(file));
        } catch (JacksonException e) {
            throw new CommandException(file + " is no JSON, expected what orrery bench --json prints", e);
        }
        var machine = new Machine(
                "this",
                "the measured machine",
                number(file, root, "/ceilings/bandwidth_bytes_per_second"),
                OptionalDouble.of(number(file, root, "/ceilings/fma_flops_per_second")),
                memory,
                "as orrery bench probed it beside its measurements");
        var measurements = new ArrayList<Measurement>();
        for (var one : root.at("/prefills").values()) {
            int tokens = (int) number(file, one, "/tokens");
            measurements.add(measurement(file, root, Quantity.FIRST, tokens, 1, tokens / speed(file, one)));
        }
        for (var one : root.at("/decodes").values()) {
            int batch = (int) number(file, one, "/batch");
            // The past grows while it is measured.
            long middle = 1 + (long) (number(file, one, "/context") + number(file, one, "/tokens") / 2);
            measurements.add(measurement(file, root, Quantity.TIME, middle, batch, batch / speed(file, one)));
        }
        return new BenchFile(machine, measurements);
    }

    /** Of all layers: where only some fitted, that is what was told from the time of each kind. */
    private static double speed(Path file, JsonNode workload) {
        String whole = "/all_layers/predicted_tokens_per_second";
        return number(file, workload, workload.at(whole).isNumber() ? whole : "/tokens_per_second");
    }

    private static Measurement measurement(
            Path file, JsonNode root, Quantity quantity, long context, int batch, double seconds) {
        String kvType = text(file, root, "/memory/kv_type");
        return new Measurement(
                text(file, root, "/model/name"),
                quantity,
                text(file, root, "/model/storage"),
                KvType.named(kvType)
                        .orElseThrow(() -> new CommandException(
                                file + ": /memory/kv_type is \"" + kvType + "\", expected one of " + KvType.labels())),
                context,
                batch,
                seconds);
    }

    private static double number(Path file, JsonNode node, String where) {
        if (!node.at(where).isNumber() || node.at(where).asDouble() < 0) {
            throw new CommandException(
                    file + " has no number at " + where + ", expected what orrery bench --json prints");
        }
        return node.at(where).asDouble();
    }

    private static String text(Path file, JsonNode node, String where) {
        if (!node.at(where).isString()) {
            throw new CommandException(
                    file + " has no text at " + where + ", expected what orrery bench --json prints");
        }
        return node.at(where).asString();
    }
}
