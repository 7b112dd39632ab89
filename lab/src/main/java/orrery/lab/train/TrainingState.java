package orrery.lab.train;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import orrery.format.FormatException;
import orrery.format.Safetensors;
import orrery.format.SafetensorsWriter;
import orrery.lab.tape.Parameter;
import orrery.lab.tape.Parameters;
import orrery.tensor.Tensor;

/**
 * All that a run needs to go on as if it had never stopped, as one file that is replaced in one move: weights, the
 * optimizers' moments, the number of steps done, and what the run was asked for. It is in safetensors' format.
 */
final class TrainingState {
    static final String FILE = "training.state";

    private static final String STEP = "step";

    private TrainingState() {}

    /** A parameter's name among tensors. */
    static String name(Parameter parameter) {
        return parameter.path() + "." + parameter.copy();
    }

    private static Map<String, Tensor> tensors(Parameters parameters, Optimizer optimizer) {
        var tensors = new LinkedHashMap<String, Tensor>();
        parameters.all().forEach(parameter -> tensors.put("value." + name(parameter), parameter.value()));
        tensors.putAll(optimizer.state());
        return tensors;
    }

    /**
     * Replaces the state in a directory.
     *
     * @param asked what the run depends on
     * @throws FormatException if it cannot be written; the one before is then unchanged
     */
    static void write(Path directory, int step, Map<String, String> asked, Parameters parameters, Optimizer optimizer) {
        var metadata = new HashMap<>(asked);
        metadata.put(STEP, Integer.toString(step));
        SafetensorsWriter.write(directory.resolve(FILE), tensors(parameters, optimizer), metadata);
    }

    /**
     * Takes up the state in a directory.
     *
     * @param asked what this run depends on, which has to be what the state's run did
     * @param steps of the whole run
     * @return how many steps are done
     * @throws TrainException if there is none, or it belongs to a run that was asked for something else
     * @throws FormatException if it cannot be read
     */
    static int read(Path directory, Map<String, String> asked, Parameters parameters, Optimizer optimizer, int steps) {
        var file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            throw new TrainException(directory + " holds no " + FILE + ", expected the output of a run to go on with");
        }
        try (var open = Safetensors.open(file)) {
            var before = open.metadata();
            asked.forEach((name, value) -> {
                String was = before.getOrDefault(name, "nothing");
                if (!was.equals(value)) {
                    throw new TrainException(name + " is " + value + ", expected " + was + ": the run in " + directory
                            + " began with that");
                }
            });
            tensors(parameters, optimizer).forEach((name, tensor) -> {
                var stored = open.tensors().get(name);
                if (stored == null
                        || stored.dtype() != tensor.dtype()
                        || !stored.shape().equals(tensor.shape())) {
                    throw new TrainException(
                            file + " lacks " + name + " of shape " + tensor.shape() + " in " + tensor.dtype());
                }
                MemorySegment.copy(
                        stored.data(), 0, tensor.data(), 0, tensor.data().byteSize());
            });
            return step(file, before.getOrDefault(STEP, ""), steps);
        }
    }

    private static int step(Path file, String text, int steps) {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) > steps) {
            throw new TrainException(file + ": the number of steps is \"" + text + "\", expected 0 to " + steps);
        }
        return Integer.parseInt(text);
    }
}
