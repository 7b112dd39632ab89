package orrery.kernel.jit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import orrery.kernel.jit.Cpuid.Leaf;

/**
 * A processor and its features.
 *
 * @param vendor {@code GenuineIntel}, {@code AuthenticAMD} or another
 * @param family with the extended family added, as in /proc/cpuinfo
 * @param model with the extended model added, as in /proc/cpuinfo
 * @param features those that the operating system also lets programs use
 * @param caches for data, the smallest first
 */
record Processor(String vendor, int family, int model, Set<Feature> features, List<Cache> caches) {
    private static final int EXTENDED = 0x8000_0000;
    private static final int INTEL_CACHES = 4;
    private static final int AMD_CACHES = 0x8000_001D;
    private static final int AMD_HAS_CACHES = 22;
    private static final int OS_SAVES = 27;
    private static final int DATA = 1;
    private static final int UNIFIED = 3;
    private static final int MOST_CACHES = 16;

    Processor {
        features = Set.copyOf(features);
        caches = List.copyOf(caches);
    }

    /**
     * A cache for data.
     *
     * @param level 1 is the nearest
     * @param bytes its size
     * @param line bytes per cache line
     * @param threads how many hardware threads may share it, by the processor's numbering
     */
    record Cache(int level, long bytes, int line, int threads) {}

    /**
     * The processor that this program runs on.
     *
     * @throws orrery.kernel.BackendException if it cannot be queried, with the reason
     */
    static Processor ofThisMachine() {
        return Cpuid.ask(Processor::of);
    }

    /** The processor with these CPUID results. */
    static Processor of(Cpuid cpuid) {
        var first = cpuid.leaf(0, 0);
        var signature = cpuid.leaf(1, 0);
        int states = bit(signature.ecx(), OS_SAVES) ? cpuid.savedStates() : 0;
        var features = EnumSet.noneOf(Feature.class);
        for (var feature : Feature.values()) {
            if (feature.isIn(cpuid, first.eax(), states)) {
                features.add(feature);
            }
        }
        return new Processor(
                vendor(first), family(signature.eax()), model(signature.eax()), features, caches(cpuid, first.eax()));
    }

    /** Vendor, family and model, for messages. */
    String name() {
        return vendor + " family " + family + " model " + model;
    }

    boolean has(Feature feature) {
        return features.contains(feature);
    }

    boolean isAmd() {
        return vendor.equals("AuthenticAMD");
    }

    /** Bytes of the cache of a level; empty if the processor does not report it. */
    OptionalLong cacheBytes(int level) {
        return caches.stream()
                .filter(cache -> cache.level() == level)
                .mapToLong(Cache::bytes)
                .findFirst();
    }

    private static String vendor(Leaf first) {
        var letters = ByteBuffer.allocate(3 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        letters.putInt(first.ebx()).putInt(first.edx()).putInt(first.ecx());
        return new String(letters.array(), US_ASCII);
    }

    private static int family(int signature) {
        int family = signature >> 8 & 0xF;
        return family == 0xF ? family + (signature >> 20 & 0xFF) : family;
    }

    private static int model(int signature) {
        int family = signature >> 8 & 0xF;
        int model = signature >> 4 & 0xF;
        return family == 6 || family == 0xF ? model | (signature >> 16 & 0xF) << 4 : model;
    }

    /** Both vendors describe caches in the same way, but in different leaves. */
    private static List<Cache> caches(Cpuid cpuid, int last) {
        int most = cpuid.leaf(EXTENDED, 0).eax();
        boolean amd = Integer.compareUnsigned(most, AMD_CACHES) >= 0
                && bit(cpuid.leaf(EXTENDED + 1, 0).ecx(), AMD_HAS_CACHES);
        var caches = new ArrayList<Cache>();
        if (!amd && Integer.compareUnsigned(last, INTEL_CACHES) < 0) {
            return caches;
        }
        for (int i = 0; i < MOST_CACHES; i++) {
            var leaf = cpuid.leaf(amd ? AMD_CACHES : INTEL_CACHES, i);
            int type = leaf.eax() & 0x1F;
            if (type == 0) {
                break;
            }
            if (type == DATA || type == UNIFIED) {
                int line = (leaf.ebx() & 0xFFF) + 1;
                long partitions = (leaf.ebx() >>> 12 & 0x3FF) + 1L;
                long ways = (leaf.ebx() >>> 22) + 1L;
                long sets = Integer.toUnsignedLong(leaf.ecx()) + 1;
                int threads = (leaf.eax() >> 14 & 0xFFF) + 1;
                caches.add(new Cache(leaf.eax() >> 5 & 7, ways * partitions * line * sets, line, threads));
            }
        }
        return caches;
    }

    private static boolean bit(int value, int number) {
        return (value >>> number & 1) == 1;
    }
}
