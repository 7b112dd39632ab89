package orrery.lab.train;

import java.lang.foreign.ValueLayout;
import java.util.regex.Pattern;
import orrery.lab.tape.Parameter;
import orrery.lab.tape.Parameters;
import orrery.spec.ArchitectureSpec;
import orrery.spec.NormSpec;

/**
 * Random weights to begin with: matrices of a normal distribution with variance 2 / (5 hidden size) (arXiv:1910.05895),
 * those that add to the residual stream divided by the root of how many do (GPT-2's report, section 2.3); norms let
 * everything pass, biases are zero.
 */
final class InitialWeights {
    private static final Pattern TO_THE_STREAM = Pattern.compile(".*\\.(attention\\.o|mlp(\\..+)?\\.down)\\.weight");
    /** Apart from those of steps. */
    private static final long PURPOSE = 1L << 32;

    private InitialWeights() {}

    static void fill(Parameters parameters, ArchitectureSpec spec, long seed) {
        double deviation = Math.sqrt(2.0 / (5 * spec.hiddenSize()));
        double toTheStream = deviation / Math.sqrt(2.0 * spec.layers().size());
        var dimensions = spec.weights();
        dimensions.putAll(spec.draftWeights());
        long index = 0;
        for (var parameter : parameters.all()) {
            var random = new SeededNumbers(seed, PURPOSE + index++);
            String path = parameter.path();
            var weight = dimensions.get(path);
            if (weight != null && weight.dimensions().size() > 1) {
                double size = TO_THE_STREAM.matcher(path).matches() ? toTheStream : deviation;
                fill(parameter, () -> (float) (size * random.normal()));
            } else if (!path.endsWith("bias")) {
                float gain = plusOne(spec.finalNorm()) ? 0 : 1;
                fill(parameter, () -> gain);
            }
        }
    }

    /** Whether a norm's weight is what is added to one; a family stores all of its norms in the same way. */
    private static boolean plusOne(NormSpec norm) {
        return switch (norm) {
            case NormSpec.Rms rms -> rms.gain() == NormSpec.Gain.ONE_PLUS_WEIGHT;
            case NormSpec.Layer _, NormSpec.None _ -> false;
        };
    }

    private interface Numbers {
        float next();
    }

    private static void fill(Parameter parameter, Numbers numbers) {
        for (long i = 0; i < parameter.count(); i++) {
            parameter.value().data().setAtIndex(ValueLayout.JAVA_FLOAT, i, numbers.next());
        }
    }
}
