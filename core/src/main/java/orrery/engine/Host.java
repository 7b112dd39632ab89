package orrery.engine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;

/** What the engine needs to know about the machine. */
public final class Host {
    private static final Path PROCESSORS = Path.of("/sys/devices/system/cpu");

    private Host() {}

    /**
     * The cores that the JVM may use: two threads of one core do not multiply any faster. Falls back to hardware
     * threads if the system does not describe its cores.
     */
    static int cores() {
        int processors = Runtime.getRuntime().availableProcessors();
        return Math.min(processors, cores(PROCESSORS, processors));
    }

    /** Distinct groups of sibling threads among all processors listed; {@code fallback} if a group cannot be read. */
    static int cores(Path folder, int fallback) {
        var groups = new HashSet<String>();
        try (var entries = Files.newDirectoryStream(folder, "cpu[0-9]*")) {
            for (var entry : entries) {
                groups.add(Files.readString(entry.resolve("topology").resolve("thread_siblings_list"))
                        .strip());
            }
        } catch (IOException e) {
            // Another operating system, or a processor that is offline and has no topology.
            return fallback;
        }
        return groups.isEmpty() ? fallback : groups.size();
    }

    /** Bytes of memory that the machine or its container has. */
    public static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }
}
