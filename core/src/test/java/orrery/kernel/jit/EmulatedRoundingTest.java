package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounded activations in an emulator of an Arm processor, against those of this processor. */
final class EmulatedRoundingTest {
    private static final int UNITS = 40;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @TempDir
    private static Path folder;

    /** Numbers of all sizes; every tenth group has an infinity or NaN. */
    private static MemorySegment activations() {
        var random = new SplittableRandom(45);
        var x = MemorySegment.ofArray(new float[32 * UNITS]);
        for (int unit = 0; unit < UNITS; unit++) {
            float size = (float) Math.pow(10, random.nextInt(-44, 39));
            for (int i = 0; i < 32; i++) {
                x.set(FLOAT, 4L * (32 * unit + i), unit == 3 ? 0 : size * (float) random.nextDouble(-1, 1));
            }
            if (unit % 10 == 9) {
                float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -Float.NaN};
                x.set(FLOAT, 4L * (32 * unit + random.nextInt(32)), odd[unit / 10]);
            }
        }
        return x;
    }

    @Test
    void linesAreThoseOfThisProcessor() throws Exception {
        assumeTrue(new JitBackend().missing().isEmpty(), "there is no machine code for this processor");
        var machine = ArmEmulator.in(folder);
        byte[] x = activations().toArray(ValueLayout.JAVA_BYTE);
        int from = machine.block(x);
        int lines = machine.block((long) RoundedRow.LINE * UNITS);
        machine.call(
                machine.code(ArmRoundingWriter.write()),
                ArmEmulator.at(from, 0),
                ArmEmulator.at(lines, 0),
                ArmEmulator.number(RoundedRow.LINE),
                ArmEmulator.number(UNITS));
        var found = MemorySegment.ofArray(machine.run("max").get(lines));

        try (var memory = new GuardedMemory();
                var store = new CodeStore()) {
            var here = memory.allocate(x.length).copyFrom(MemorySegment.ofArray(x));
            var known = memory.allocate((long) RoundedRow.LINE * UNITS);
            store.add(RoundingWriter.write()).call(here.address(), known.address(), RoundedRow.LINE, UNITS);
            for (int unit = 0; unit < UNITS; unit++) {
                var line = found.asSlice(RoundedRow.LINE * unit, RoundedRow.LINE);
                var expected = known.asSlice(RoundedRow.LINE * unit, RoundedRow.LINE);
                if (unit % 10 == 9) {
                    // Codes may differ: with a NaN scale, products are NaN for any code.
                    assertThat(line.get(FLOAT, RoundedRow.SCALE)).isNaN();
                    assertThat(line.get(FLOAT, RoundedRow.TOTAL)).isNaN();
                    assertThat(expected.get(FLOAT, RoundedRow.SCALE)).isNaN();
                } else {
                    assertThat(line.mismatch(expected)).as("unit %d", unit).isEqualTo(-1);
                }
            }
        }
    }
}
