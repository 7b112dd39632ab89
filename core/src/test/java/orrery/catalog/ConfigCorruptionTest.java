package orrery.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.OrreryException;
import orrery.format.Metadata;

/**
 * Reading a config with arbitrary values gives a spec or an OrreryException, and never uses more memory than a config
 * justifies.
 */
class ConfigCorruptionTest {
    private static final List<Object> ODD_VALUES = odd();

    private static List<Object> odd() {
        var odd = new ArrayList<Object>(List.of(
                0,
                -1,
                1,
                2,
                3,
                7,
                Integer.MAX_VALUE,
                Integer.MIN_VALUE,
                4_000_000_000L,
                0.0,
                -0.5,
                1e-300,
                1e300,
                "",
                "silu",
                true,
                false,
                List.of(),
                List.of(1, 2),
                List.of("full_attention"),
                Map.of(),
                Map.of("rope_type", "yarn")));
        odd.add(null);
        return odd;
    }

    private static List<String> goldens() throws IOException {
        try (var folders = Files.list(Variants.GOLDENS)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static boolean survives(Metadata config) {
        try {
            var spec = Catalog.read("corrupt", config).spec();
            return spec.parameters() > 0 && spec.cacheElements(1000) > 0;
        } catch (OrreryException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    @Test
    void valuesOfEveryKindInEveryKey() throws IOException {
        int refused = 0;
        int cases = 0;
        for (var golden : goldens()) {
            for (var key : Variants.config(golden).keySet()) {
                for (var value : ODD_VALUES) {
                    var config = Variants.config(golden, changed -> changed.put(key, value));
                    refused += survives(Metadata.of("config.json", config)) ? 0 : 1;
                    cases++;
                }
            }
        }
        assertThat(cases).isGreaterThan(5000);
        assertThat(refused).isGreaterThan(cases / 10);
    }

    @Test
    void bytesAnywhere(@TempDir Path folder) throws IOException {
        var random = new Random(20);
        var file = folder.resolve("config.json");
        int refused = 0;
        for (var golden : goldens()) {
            byte[] valid = Files.readAllBytes(Variants.GOLDENS.resolve(golden).resolve("config.json"));
            for (int i = 0; i < 200; i++) {
                byte[] corrupt = valid.clone();
                for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                    corrupt[random.nextInt(corrupt.length)] = (byte)
                            (random.nextBoolean()
                                    ? random.nextInt(256)
                                    : "0123456789-.eE\"[]{},:nul".getBytes(StandardCharsets.UTF_8)[random.nextInt(24)]);
                }
                Files.write(file, corrupt);
                try {
                    refused += survives(Metadata.readJson(file)) ? 0 : 1;
                } catch (OrreryException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    @Test
    void twoChangesAtOnce() throws IOException {
        var random = new Random(21);
        var names = goldens();
        for (int i = 0; i < 4000; i++) {
            var config = new LinkedHashMap<>(Variants.config(names.get(random.nextInt(names.size()))));
            var keys = List.copyOf(config.keySet());
            for (int changes = 0; changes < 2; changes++) {
                config.put(keys.get(random.nextInt(keys.size())), ODD_VALUES.get(random.nextInt(ODD_VALUES.size())));
            }
            survives(Metadata.of("config.json", config));
        }
    }
}
