package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import orrery.kernel.BackendException;
import orrery.kernel.jit.Cpuid.Leaf;

/** CPUID answers of this processor and of recorded ones, and the tier that follows. */
final class ProcessorTest {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    @Test
    void thisProcessorHasTheFlagsOfTheSystem() throws IOException {
        assumeTrue(Pages.missing().isEmpty(), () -> Pages.missing().orElse(""));
        assumeTrue(Files.isReadable(CPUINFO), CPUINFO + " cannot be read");
        Map<String, String> said = Files.readAllLines(CPUINFO).stream()
                .map(line -> line.split("\\s*:\\s*", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, _) -> first));
        var flags = Set.of(said.getOrDefault("flags", "").split(" "));
        var expected = Arrays.stream(Feature.values())
                .filter(feature -> flags.contains(feature.name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.toSet());

        var processor = Processor.ofThisMachine();

        assertThat(processor.features()).isEqualTo(expected);
        assertThat(processor.vendor()).isEqualTo(said.get("vendor_id"));
        assertThat(processor.family()).isEqualTo(Integer.parseInt(said.getOrDefault("cpu family", "")));
        assertThat(processor.model()).isEqualTo(Integer.parseInt(said.getOrDefault("model", "")));
    }

    @Test
    void thisProcessorHasTheCachesOfTheSystem() throws IOException {
        assumeTrue(Pages.missing().isEmpty(), () -> Pages.missing().orElse(""));
        Path caches = Path.of("/sys/devices/system/cpu/cpu0/cache");
        assumeTrue(Files.isDirectory(caches), caches + " is not there");
        var processor = Processor.ofThisMachine();
        try (var all = Files.list(caches)) {
            for (Path cache : all.filter(path -> path.getFileName().toString().startsWith("index"))
                    .toList()) {
                if (!Files.readString(cache.resolve("type")).strip().equals("Instruction")) {
                    int level = Integer.parseInt(
                            Files.readString(cache.resolve("level")).strip());
                    String size = Files.readString(cache.resolve("size")).strip();

                    assertThat(processor.cacheBytes(level))
                            .as("level %d", level)
                            .hasValue(1024L * Integer.parseInt(size.replace("K", "")));
                }
            }
        }
    }

    @Test
    void aTierNeedsTheProcessorAndTheSystem() {
        // Leaf 7 of Zen 4, Alder Lake, Haswell, and one without AVX2; XCR0 with and without the wide registers.
        assertThat(Tier.bestOf(processor(0xF1BF_97A9, 0x0040_5F4E, 1 << 5, 0xE7)))
                .hasValue(Tier.AVX512_VNNI);
        assertThat(Tier.bestOf(processor(0xF1BF_97A9, 0x0040_5F4E, 1 << 5 | 1 << 4, 7)))
                .hasValue(Tier.AVX_VNNI);
        assertThat(Tier.bestOf(processor(0xF1BF_97A9, 0x0040_5F4E, 1 << 5, 7))).hasValue(Tier.AVX2);
        assertThat(Tier.bestOf(processor(0x239C_27EB, 0x1842_07AC, 1 << 4, 7))).hasValue(Tier.AVX_VNNI);
        assertThat(Tier.bestOf(processor(0x0000_27AB, 0, 0, 7))).hasValue(Tier.AVX2);
        assertThat(Tier.bestOf(processor(0x0000_27AB, 0, 0, 3))).isEmpty();
        assertThat(Tier.bestOf(processor(0, 0, 0, 0xE7))).isEmpty();
    }

    @Test
    void aTierThatTheProcessorLacksIsRefused() {
        var haswell = processor(0x0000_27AB, 0, 0, 7);

        assertThat(Tier.choose(haswell, Optional.empty())).isEqualTo(Tier.AVX2);
        assertThat(Tier.choose(haswell, Optional.of(Tier.AVX2))).isEqualTo(Tier.AVX2);
        assertThatThrownBy(() -> Tier.choose(haswell, Optional.of(Tier.AVX_VNNI)))
                .isInstanceOf(BackendException.class)
                .hasMessage(
                        "orrery.kernels.tier asks for AVX_VNNI, and this processor (GenuineIntel family 6 model 151)"
                                + " or its system lacks [AVX_VNNI]");
        assertThatThrownBy(() -> Tier.choose(processor(0, 0, 0, 7), Optional.empty()))
                .isInstanceOf(BackendException.class)
                .hasMessageStartingWith("machine code is written for AVX2 and better")
                .hasMessageEndingWith("lacks [BMI2, AVX2]");
    }

    @Test
    void aTierThatDoesNotExistIsRefused() {
        String before = System.getProperty(Tier.PROPERTY);
        System.setProperty(Tier.PROPERTY, "avx10");
        try {
            assertThatThrownBy(Tier::forced)
                    .isInstanceOf(BackendException.class)
                    .hasMessage("orrery.kernels.tier is \"avx10\", expected one of [AVX512_VNNI, AVX_VNNI, AVX2]");
            System.setProperty(Tier.PROPERTY, "avx_vnni");
            assertThat(Tier.forced()).hasValue(Tier.AVX_VNNI);
        } finally {
            if (before == null) {
                System.clearProperty(Tier.PROPERTY);
            } else {
                System.setProperty(Tier.PROPERTY, before);
            }
        }
    }

    /** A processor without leaf 7 answers it with data of another leaf. */
    @Test
    void leavesBeyondTheLastAreNotBelieved() {
        Cpuid old = answers(
                Map.of(
                        0L, new Leaf(6, 0x756E_6547, 0x6C65_746E, 0x4965_6E69),
                        1L, new Leaf(0x0009_0672, 0, -1, -1),
                        7L, new Leaf(-1, -1, -1, -1)),
                0xE7);

        assertThat(Processor.of(old).features()).containsExactlyInAnyOrder(Feature.AVX, Feature.FMA, Feature.F16C);
    }

    @Test
    void bothVendorsCachesAreRead() {
        // Leaf 4 of Alder Lake's performance core: 48 KiB, 1.25 MiB and 30 MiB, and one for instructions.
        Cpuid intel = answers(
                Map.of(
                        0L,
                        new Leaf(4, 0x756E_6547, 0x6C65_746E, 0x4965_6E69),
                        1L,
                        new Leaf(0x0009_0672, 0, 0, 0),
                        4L,
                        new Leaf(0xFC00_4121, 0x02C0_003F, 63, 0),
                        1L << 32 | 4,
                        new Leaf(0xFC00_4122, 0x01C0_003F, 63, 0),
                        2L << 32 | 4,
                        new Leaf(0xFC01_C143, 0x0240_003F, 2047, 0),
                        3L << 32 | 4,
                        new Leaf(0xFC1F_C163, 0x02C0_003F, 40_959, 4)),
                0);

        assertThat(Processor.of(intel).caches())
                .isEqualTo(List.of(
                        new Processor.Cache(1, 48 << 10, 64, 2),
                        new Processor.Cache(2, 1280 << 10, 64, 8),
                        new Processor.Cache(3, 30 << 20, 64, 128)));
    }

    private static Processor processor(int ebx7, int ecx7, int eax7, int states) {
        int avx = 1 << 12 | 1 << 27 | 1 << 28 | 1 << 29;
        return Processor.of(answers(
                Map.of(
                        0L,
                        new Leaf(0x20, 0x756E_6547, 0x6C65_746E, 0x4965_6E69),
                        1L,
                        new Leaf(0x0009_0672, 0, avx, 0),
                        7L,
                        new Leaf(1, ebx7, ecx7, 0),
                        1L << 32 | 7,
                        new Leaf(eax7, 0, 0, 0)),
                states));
    }

    private static Cpuid answers(Map<Long, Leaf> leaves, int states) {
        return new Cpuid() {
            @Override
            public Leaf leaf(int number, int part) {
                return leaves.getOrDefault((long) part << 32 | Integer.toUnsignedLong(number), Leaf.NOTHING);
            }

            @Override
            public int savedStates() {
                return states;
            }
        };
    }
}
