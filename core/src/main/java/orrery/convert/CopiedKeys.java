package orrery.convert;

import java.util.List;
import orrery.format.GgufMetadata;
import orrery.format.ModelFile;
import orrery.token.SpecialIds;

/** The metadata of a GGUF model that is converted again: everything except the keys about its storage. */
final class CopiedKeys {
    private static final List<String> OF_STORAGE = List.of(
            "general.alignment",
            "general.file_type",
            "general.quantization_version",
            "split.no",
            "split.count",
            "split.tensors.count");

    /** llama.cpp's notes about the importance matrix that was used to quantize the file. */
    private static final String OF_QUANTIZING = "quantize.";

    private CopiedKeys() {}

    /** @param notes receives, in words, what is left out */
    static GgufMetadata of(ModelFile gguf, List<String> notes) {
        var metadata = GgufMetadata.of(gguf.files().getFirst());
        OF_STORAGE.forEach(metadata::remove);
        List.copyOf(metadata.keys()).stream()
                .filter(key -> key.startsWith(OF_QUANTIZING))
                .forEach(metadata::remove);
        SpecialIds.absent(gguf.metadata()).forEach((key, id) -> {
            metadata.remove(key);
            notes.add(key + " is " + id + ", which is not a token id, so the new file leaves it out");
        });
        return metadata;
    }
}
