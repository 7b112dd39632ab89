package orrery.catalog;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import orrery.format.MappedReads;
import orrery.format.ModelFile;
import orrery.spec.ArchitectureSpec;
import orrery.tensor.Tensor;

/**
 * What a file contains of a head that its config ties to the embedding. Configs may be wrong, and programs save one of
 * the two tensors, or both: transformers 5.17 compares them, uses both if they differ, and uses the existing one for
 * both if one is missing.
 */
enum TiedHead {
    /** There is no tensor for it, or the config does not tie it. */
    AS_SAID,
    /** There is one, with the embedding's bytes. */
    REPEATED,
    /** There is one that differs from the embedding. */
    UNLIKE,
    /** There is one, but none for the embedding. */
    ALONE;

    private static final String EMBEDDING = "embedding.tokens";
    private static final String HEAD = "head.weight";

    /** Compares the two byte by byte if both exist; in all other cases, no weights are read. */
    static TiedHead of(ArchitectureSpec spec, TensorNames names, NamedTensors tensors, ModelFile file) {
        if (!spec.head().tied()) {
            return AS_SAID;
        }
        var head = tensor(names, HEAD, tensors);
        var embedding = tensor(names, EMBEDDING, tensors);
        if (head.isEmpty()) {
            return AS_SAID;
        }
        if (embedding.isEmpty()) {
            return ALONE;
        }
        return MappedReads.reading(file.path(), () -> same(head.get(), embedding.get())) ? REPEATED : UNLIKE;
    }

    private static Optional<Tensor> tensor(TensorNames names, String path, NamedTensors tensors) {
        return names.parts(path).stream()
                .flatMap(part -> tensors.find(part.tensor(0)).stream())
                .findFirst();
    }

    private static boolean same(Tensor one, Tensor other) {
        return one.dtype() == other.dtype()
                && one.shape().equals(other.shape())
                && MemorySegment.mismatch(
                                one.data(),
                                0,
                                one.data().byteSize(),
                                other.data(),
                                0,
                                other.data().byteSize())
                        < 0;
    }

    /** The config's spec, corrected by the file. */
    ArchitectureSpec settled(ArchitectureSpec said) {
        return switch (this) {
            case AS_SAID, REPEATED, ALONE -> said;
            case UNLIKE -> said.withOwnHead();
        };
    }

    /** Where the file stores a weight: also the embedding's place if the file has only a head. */
    List<TensorNames.Part> parts(String path, TensorNames names) {
        return names.parts(this == ALONE && path.equals(EMBEDDING) ? HEAD : path);
    }

    /** The possible names of the head's tensor. */
    static List<String> names(TensorNames names) {
        return names.parts(HEAD).stream().map(part -> part.tensor(0)).toList();
    }

    /** In words, what a reader of the config would not expect. */
    Optional<String> note() {
        return switch (this) {
            case AS_SAID -> Optional.empty();
            case REPEATED ->
                Optional.of("the output head's tensor is a copy of the embedding, with which the config" + " ties it");
            case UNLIKE ->
                Optional.of("the output head has a tensor that differs from the embedding, and it is used, though the"
                        + " config ties the two");
            case ALONE -> Optional.of("the embedding has no tensor of its own: that of the tied output head is used");
        };
    }
}
