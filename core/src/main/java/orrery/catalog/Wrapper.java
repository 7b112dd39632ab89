package orrery.catalog;

import java.util.List;
import orrery.format.ModelFile;

/**
 * A wrapper of training code around a model, whose name prefixes all tensor names if the whole is saved.
 *
 * @param prefix of the names
 * @param name of the code that adds it
 * @param remedy how to save the model inside
 */
record Wrapper(String prefix, String name, String remedy) {
    private static final List<Wrapper> ALL = List.of(
            new Wrapper(
                    "base_model.model.",
                    "PEFT, for adapters such as LoRA",
                    "in Python, merge_and_unload() returns the model with its adapters merged; save that with save_pretrained"),
            new Wrapper(
                    "_orig_mod.",
                    "torch.compile",
                    "in Python, save model._orig_mod instead of the compiled model, with save_pretrained"),
            new Wrapper(
                    "_fsdp_wrapped_module.",
                    "FullyShardedDataParallel",
                    "in Python, save the whole state dict of the model within, with save_pretrained"),
            new Wrapper(
                    "_forward_module.",
                    "Lightning Fabric",
                    "in Python, save model.module instead of the wrapper, with save_pretrained"),
            new Wrapper(
                    "module.",
                    "DataParallel or DistributedDataParallel",
                    "in Python, save model.module instead of the wrapper, with save_pretrained"));

    /** @throws CatalogException if the names have a wrapper's prefix, naming the wrapper */
    static void refuseIn(ModelFile file) {
        for (String name : file.tensors().keySet()) {
            for (var wrapper : ALL) {
                if (name.startsWith(wrapper.prefix) || name.contains("." + wrapper.prefix)) {
                    throw new CatalogException(file.path() + ": " + name + " has the prefix " + wrapper.prefix + " of "
                            + wrapper.name + ", so this is not the model itself; " + wrapper.remedy
                            + ", and open the directory that is written");
                }
            }
        }
    }
}
