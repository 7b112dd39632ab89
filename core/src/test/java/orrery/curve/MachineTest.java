package orrery.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MachineTest {
    private static Machine read(String text) {
        return MachineText.read(text, () -> Samples.machine(7, 8, 9));
    }

    @Test
    void readsADescriptionInWordsAndInLines() {
        var rig = read("rig,bandwidth=800GB/s,flops=400T,memory=96GB");

        assertThat(rig.bandwidth()).isEqualTo(800e9);
        assertThat(rig.flops()).hasValue(400e12);
        assertThat(rig.memory()).isEqualTo(96_000_000_000L);
        assertThat(rig.source()).isEqualTo("as given");
        assertThat(read("# mine\nrig\nmemory = 96GiB\n\nbandwidth = 0.8 TB/s\n"))
                .satisfies(other -> {
                    assertThat(other.memory()).isEqualTo(96L << 30);
                    assertThat(other.bandwidth()).isEqualTo(800e9);
                    assertThat(other.flops()).isEmpty();
                });
    }

    @Test
    void replacesFiguresOfAKnownMachine() {
        var apple = read("M4-Max,flops=17T");

        assertThat(apple.flops()).hasValue(17e12);
        assertThat(apple.bandwidth()).isEqualTo(546e9);
        assertThat(apple.source()).contains("Apple").endsWith("flops as given");
        assertThat(read("this,memory=5G").memory()).isEqualTo(5_000_000_000L);
        assertThat(read("this").bandwidth()).isEqualTo(7);
    }

    @Test
    void severalShareTheWork() {
        var eight = read("8xh200");

        assertThat(eight.bandwidth()).isEqualTo(8 * 4.8e12);
        assertThat(eight.memory()).isEqualTo(8 * 141_000_000_000L);
        assertThat(eight.title()).isEqualTo("8 × NVIDIA H200 SXM");
        assertThat(read("1xh200")).isEqualTo(read("h200"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                           | does not start with a name
            bandwidth=8                  | does not start with a name
            h300                         | machine "h300" is not known, expected this, h200, h100
            8xh300                       | machine "8xh300" is not known
            rig,bandwidth=8              | machine rig has no memory
            rig,memory=8                 | machine rig has no bandwidth
            rig,memory=8,bandwidth=0     | bandwidth is 0.0 bytes per second, expected more than 0
            h200,speed=8                 | "speed=8" is not understood
            h200,memory                  | "memory" has no valid number
            h200,memory=-8G              | "memory=-8G" has no valid number
            h200,memory=8X               | "memory=8X" has no valid number
            """)
    void namesWhatIsNotUnderstood(String text, String expected) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(CurveException.class).hasMessageContaining(expected);
    }

    @Test
    void everyNamedMachineHasASourceAndANameOfItsOwn() {
        var names = new HashSet<String>();
        assertThat(Machines.all()).isNotEmpty().allSatisfy(machine -> {
            assertThat(names.add(machine.name())).isTrue();
            assertThat(machine.name()).isLowerCase();
            assertThat(machine.source()).hasSizeGreaterThan(30);
        });
        assertThat(Machines.named("EPYC-9654").orElseThrow().bandwidth()).isEqualTo(460.8e9);
        assertThat(Machines.named("epyc-9965").orElseThrow().bandwidth()).isEqualTo(614.4e9);
        assertThat(Machines.named("xeon-8480+").orElseThrow().bandwidth()).isEqualTo(307.2e9);
    }

    @Test
    void thisMachineIsProbed() {
        var here = Machine.probed(1, 64L << 20);

        assertThat(here.bandwidth()).isGreaterThan(1e8);
        assertThat(here.flops().orElseThrow()).isGreaterThan(1e7);
        assertThat(here.memory()).isEqualTo(64L << 20);
    }
}
