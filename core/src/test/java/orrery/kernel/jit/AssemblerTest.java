package orrery.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static orrery.kernel.jit.Address.at;
import static orrery.kernel.jit.General.RAX;
import static orrery.kernel.jit.General.RCX;
import static orrery.kernel.jit.General.RSI;
import static orrery.kernel.jit.General.RSP;
import static orrery.kernel.jit.Opmask.K0;
import static orrery.kernel.jit.Opmask.K1;
import static orrery.kernel.jit.Vector.xmm;
import static orrery.kernel.jit.Vector.ymm;
import static orrery.kernel.jit.Vector.zmm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Instructions' complete bytes. All expected ones were made by GNU as 2.40, none by Orrery's assembler. */
final class AssemblerTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int AT_LEAST = 300;

    /** Each line: the encoding, the bytes of GNU as, and the instruction in Intel's syntax. */
    @Test
    void instructionsAreThoseOfTheGnuAssembler() throws IOException, ReflectiveOperationException {
        var differing = new ArrayList<String>();
        int checked = 0;
        for (String line : lines()) {
            if (line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" ", 3);
            var encoding = VectorEncoding.valueOf(parts[0]);
            String bytes = HEX.formatHex(AssemblyText.assembled(encoding, parts[2]));
            if (!bytes.equals(parts[1])) {
                differing.add(parts[2] + " became " + bytes + ", expected " + parts[1]);
            }
            checked++;
        }
        assertThat(differing).isEmpty();
        assertThat(checked).isGreaterThanOrEqualTo(AT_LEAST);
    }

    private static List<String> lines() throws IOException {
        try (InputStream in = AssemblerTest.class.getResourceAsStream("/encodings.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    @Test
    void jumpsCountFromTheirEnds() {
        var code = evex();
        var back = new Label();
        var ahead = new Label();
        code.place(back);
        code.jz(ahead);
        code.sub(RCX, 1);
        code.jnz(back);
        code.jmp(ahead);
        code.place(ahead);
        code.ret();

        assertThat(HEX.formatHex(code.finish()))
                .isEqualTo("0f840f000000" + "4883e901" + "0f85f0ffffff" + "e900000000" + "c3");
    }

    @Test
    void everyConditionHasItsCode() {
        var code = evex();
        var here = new Label();
        for (var condition : Condition.values()) {
            code.jump(condition, here);
        }
        code.place(here);

        // jb, jae, je, jne, jbe, ja, jl, jge, jle, jg
        assertThat(HEX.formatHex(code.finish()))
                .isEqualTo("0f8236000000" + "0f8330000000" + "0f842a000000" + "0f8524000000" + "0f861e000000"
                        + "0f8718000000" + "0f8c12000000" + "0f8d0c000000" + "0f8e06000000" + "0f8f00000000");
    }

    /** The displacement of a constant counts from the end of the instruction, after its immediate. */
    @Test
    void constantsBesideTheCodeAreFoundBehindAnImmediateToo() {
        var code = evex();
        var constant = new Label();
        code.vpternlogd(zmm(1), zmm(2), at(constant, 4), 0x96);
        code.vpbroadcastd(zmm(3), at(constant));
        code.ret();
        code.place(constant);
        code.int32(7);
        code.float32(1);

        assertThat(HEX.formatHex(code.finish()))
                .isEqualTo("62f36d48250d" + "0f000000" + "96" + "62f27d48581d" + "01000000" + "c3" + "07000000"
                        + "0000803f");
    }

    @Test
    void alignmentFillsWithNoOperations() {
        for (int before = 0; before < 33; before++) {
            var code = evex();
            for (int i = 0; i < before; i++) {
                code.ret();
            }
            code.align(32);

            assertThat(code.size()).isEqualTo((before + 31) / 32 * 32);
        }
    }

    @Test
    void longCodeGrows() {
        var code = evex();
        for (int i = 0; i < 100_000; i++) {
            code.vpaddd(zmm(1), zmm(2), zmm(3));
        }
        byte[] bytes = code.finish();

        assertThat(bytes).hasSize(600_000);
        assertThat(HEX.formatHex(bytes, 599_994, 600_000)).isEqualTo("62f16d48fecb");
    }

    @Test
    void aLabelIsPlacedOnceAndBeforeTheEnd() {
        var code = evex();
        var label = new Label();
        code.jmp(label);

        assertThatIllegalStateException().isThrownBy(code::finish).withMessageContaining("never placed");
        code.place(label);
        assertThatIllegalStateException().isThrownBy(() -> code.place(label)).withMessageContaining("placed at 5");
    }

    @Test
    void whatVexCannotSayIsRefused() {
        var vex = new Assembler(VectorEncoding.VEX);

        assertThatIllegalArgumentException().isThrownBy(() -> vex.vaddps(ymm(16), ymm(0), ymm(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> vex.vaddps(ymm(0), ymm(16), ymm(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> vex.vaddps(ymm(0), ymm(0), ymm(31)));
        assertThatIllegalArgumentException().isThrownBy(() -> vex.vaddps(zmm(0), zmm(0), zmm(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> vex.vaddps(ymm(0).masked(K1), ymm(0), ymm(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> vex.vaddps(ymm(0), ymm(0), at(RSI).each()));
        assertThatIllegalArgumentException().isThrownBy(() -> vex.vpslld(ymm(0), at(RSI), 4));
        assertThatIllegalArgumentException().isThrownBy(() -> vex.kmovw(K1, RAX));
        assertThatIllegalArgumentException().isThrownBy(() -> vex.kmovd(K1, RAX));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vex.vdpbf16ps(ymm(0), ymm(0), ymm(0)))
                .withMessage("vdpbf16ps exists in EVEX alone");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vex.vpternlogd(ymm(0), ymm(0), ymm(0), 1))
                .withMessage("vpternlogd exists in EVEX alone");
        assertThat(vex.size()).as("what is refused leaves no bytes").isZero();
    }

    @Test
    void operandsThatNoInstructionTakesAreRefused() {
        var code = evex();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.vaddps(zmm(0), ymm(1), zmm(2)))
                .withMessage("vaddps takes a register of ZMM here, not of YMM");
        assertThatIllegalArgumentException().isThrownBy(() -> code.vpmovzxbd(zmm(0), zmm(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> code.vcvtps2ph(zmm(0), zmm(1), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> code.vpmaddubsw(zmm(0), zmm(1), at(RSI).each()));
        assertThatIllegalArgumentException().isThrownBy(() -> code.vaddps(zmm(0), zmm(1).masked(K1), zmm(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> code.vmovd(at(RSI).masked(K1), xmm(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> code.vmovd(ymm(0), RAX));
        assertThatIllegalArgumentException().isThrownBy(() -> code.vextractf32x8(ymm(0), ymm(1), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> code.vpermd(xmm(0), xmm(1), xmm(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> code.vblendvps(ymm(16), ymm(1), ymm(2), ymm(3)));
        assertThatIllegalArgumentException().isThrownBy(() -> code.add(RAX, at(RSI).each()));
        assertThatIllegalArgumentException().isThrownBy(() -> code.mov(at(RSI).masked(K1), RAX));
        assertThatIllegalArgumentException().isThrownBy(() -> zmm(32));
        assertThatIllegalArgumentException().isThrownBy(() -> zmm(1).zeroed(K0));
        assertThatIllegalArgumentException().isThrownBy(() -> at(RAX, RSP, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> at(RAX, RCX, 3, 0));
        assertThat(code.size()).isZero();
    }

    private static Assembler evex() {
        return new Assembler(VectorEncoding.EVEX);
    }
}
