package orrery.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import orrery.engine.Engine;

/**
 * The memory of a running engine, in bytes.
 *
 * @param resident memory of this process, including the weights' pages that were read; empty if the system does not
 *     report it
 * @param weights as they are stored
 * @param cache bytes of the KV cache that the last step used
 * @param experts copies of experts
 */
record ResidentMemory(OptionalLong resident, long weights, long cache, long experts) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    static ResidentMemory of(Engine engine) {
        return new ResidentMemory(
                residentNow(), engine.weightBytes(), engine.cacheBytesOfLastStep(), engine.expertBytesHeld());
    }

    /** Bytes of this process that are in memory now; empty if the system does not report it. */
    static OptionalLong residentNow() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(RESIDENT)) {
                    String kibibytes =
                            line.substring(RESIDENT.length()).replace("kB", "").strip();
                    return OptionalLong.of(Long.parseLong(kibibytes) * 1024);
                }
            }
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty(); // not Linux: the figure is left out
        }
        return OptionalLong.empty();
    }

    Map<String, Object> data() {
        var data = new LinkedHashMap<String, Object>();
        resident.ifPresent(bytes -> data.put("resident_bytes", bytes));
        data.put("weight_bytes", weights);
        data.put("kv_cache_bytes", cache);
        data.put("expert_copy_bytes", experts);
        return data;
    }
}
