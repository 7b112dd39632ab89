package orrery.kernel;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.Matrix;

/**
 * The backend chosen for a model.
 *
 * @param backend the one that was named, or the preferred one of those that work here and support the model
 * @param nothingFaster in words, what a preferred backend lacks here: {@code "; not vector: ..."}; empty if nothing, or
 *     if one was named
 */
public record BackendChoice(Backend backend, String nothingFaster) {
    /**
     * Chooses.
     *
     * @param name the requested one
     * @param products the matrices that the model multiplies with
     * @param bf16Activations whether activations are rounded to BF16
     * @throws BackendException if no backend has that name, it does not work here, or it does not support the model; or
     *     if no backend here can round activations
     */
    public static BackendChoice of(
            Optional<String> name, ArchitectureSpec spec, List<Matrix> products, boolean bf16Activations) {
        if (name.isPresent()) {
            var named = Backend.named(name.get());
            named.refusal(spec, products).ifPresent(why -> {
                var others = Backend.all().stream()
                        .filter(other -> other.missing().isEmpty()
                                && other.refusal(spec, products).isEmpty())
                        .map(Backend::name)
                        .collect(Collectors.joining(" or "));
                throw new BackendException("the backend \"" + named.name() + "\" does not take this model: " + why
                        + "; expected " + others);
            });
            return new BackendChoice(named, "");
        }
        return of(bf16Activations ? rounding() : Backend.all(), spec, products);
    }

    /** The backends that can round activations to BF16. */
    private static List<Backend> rounding() {
        var able = Backend.all().stream()
                .filter(backend -> backend.missingForBf16().isEmpty())
                .toList();
        if (able.isEmpty()) {
            var best = Backend.general().getFirst();
            throw new BackendException("nothing here can round activations to BF16; not " + best.name() + ": "
                    + best.missingForBf16().orElseThrow());
        }
        return able;
    }

    /** The first of {@code preferred}, most preferred first, that works and supports the model. */
    static BackendChoice of(List<Backend> preferred, ArchitectureSpec spec, List<Matrix> products) {
        var missing = new StringBuilder();
        for (var backend : preferred) {
            if (backend.refusal(spec, products).isPresent()) {
                continue;
            }
            var why = backend.missing();
            if (why.isEmpty()) {
                return new BackendChoice(backend, missing.toString());
            }
            missing.append("; not ").append(backend.name()).append(": ").append(why.get());
        }
        throw new BackendException("no backend can be used on this machine" + missing);
    }
}
