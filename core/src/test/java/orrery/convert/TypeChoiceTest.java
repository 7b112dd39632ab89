package orrery.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orrery.tensor.DType;
import orrery.tensor.Shape;

class TypeChoiceTest {
    private static DType of(Quantization wanted, String name, long... dimensions) {
        return new TypeChoice(wanted, 32).of(name, Shape.of(dimensions)).dtype();
    }

    @Test
    void whatHasOneDimensionOrIsSmallOrDecidesMuchStaysFloat() {
        for (var wanted : Quantization.all()) {
            assertThat(of(wanted, "blk.3.attn_norm.weight", 4096)).isEqualTo(DType.F32);
            assertThat(of(wanted, "blk.3.attn_q.bias", 4096)).isEqualTo(DType.F32);
            assertThat(of(wanted, "rope_freqs.weight", 64)).isEqualTo(DType.F32);
            assertThat(of(wanted, "blk.3.ffn_gate_inp.weight", 128, 4096)).isEqualTo(DType.F32);
            assertThat(of(wanted, "blk.3.altup_router.weight", 4, 2048)).isEqualTo(DType.F32);
            assertThat(of(wanted, "blk.3.altup_predict_coef.weight", 16, 4)).isEqualTo(DType.F32);
            assertThat(of(wanted, "blk.3.laurel_l.weight", 64, 2048)).isEqualTo(DType.F32);
            assertThat(of(wanted, "position_embd.weight", 1024, 768)).isEqualTo(DType.F32);
            assertThat(of(wanted, "blk.3.attn_q.weight", 8, 256)).isEqualTo(DType.F32);
        }
        assertThat(of(Quantization.Q8_0, "altup_proj.weight", 3, 2048, 2048)).isEqualTo(DType.Q8_0);
    }

    @Test
    void aFormatByItsOwnNameIsGivenToAllMatrices() {
        for (var name :
                new String[] {"token_embd.weight", "output.weight", "blk.0.attn_v.weight", "blk.31.ffn_down.weight"}) {
            assertThat(of(Quantization.Q4_K, name, 4096, 4096)).isEqualTo(DType.Q4_K);
            assertThat(of(Quantization.MXFP4, name, 4096, 4096)).isEqualTo(DType.MXFP4);
            assertThat(of(Quantization.BF16, name, 4096, 4096)).isEqualTo(DType.BF16);
        }
        assertThat(of(Quantization.Q5_0, "blk.7.ffn_up_exps.weight", 8, 64, 4096))
                .isEqualTo(DType.Q5_0);
    }

    @ParameterizedTest
    @CsvSource({
        "Q4_K_M, token_embd.weight, Q6_K",
        "Q4_K_S, output.weight, Q6_K",
        "Q5_K_S, token_embd.weight, Q6_K",
        "Q5_K_M, per_layer_token_embd.weight, Q6_K",
        "Q4_K_M, blk.0.attn_q.weight, Q4_K",
        "Q4_K_M, blk.0.attn_output.weight, Q4_K",
        "Q4_K_M, blk.0.ffn_up.weight, Q4_K",
        "Q4_K_M, blk.4.attn_qkv.weight, Q5_K",
        "Q5_K_M, blk.4.attn_qkv.weight, Q6_K",
        "Q5_K_S, blk.0.attn_v.weight, Q5_K",
        "Q4_K_S, blk.3.attn_v.weight, Q5_K",
        "Q4_K_S, blk.4.attn_v.weight, Q4_K",
        "Q4_K_S, blk.3.ffn_down.weight, Q5_K",
        "Q4_K_S, blk.4.ffn_down.weight, Q4_K",
        "Q5_K_M, blk.0.attn_v.weight, Q6_K",
        "Q4_K_M, blk.0.ffn_down_exps.weight, Q6_K",
        "Q4_K_M, blk.4.attn_v_b.weight, Q4_K",
        "Q4_K_M, blk.6.attn_v_b.weight, Q6_K",
    })
    void mixesSpendMoreBitsWhereTheyHelpMost(Quantization wanted, String name, DType dtype) {
        assertThat(of(wanted, name, 4096, 4096)).isEqualTo(dtype);
    }

    @Test
    void halfOfTheDownProjectionsOfThirtyTwoLayersGetSixBits() {
        var six = IntStream.range(0, 32)
                .filter(i -> of(Quantization.Q4_K_M, "blk." + i + ".ffn_down.weight", 4096, 14_336) == DType.Q6_K)
                .boxed()
                .toList();
        assertThat(six).containsExactly(0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31);
    }

    @ParameterizedTest
    @CsvSource({
        "Q4_K, 96, Q5_0, Q4_K",
        "Q5_K, 288, Q5_1, Q5_K",
        "Q6_K, 64, Q8_0, Q6_K",
        "Q4_K, 100, F16, Q4_K",
        "Q8_0, 100, F16, Q8_0",
        "MXFP4, 48, F16, MXFP4",
        "Q4_0, 96, Q4_0,",
        "Q6_K, 512, Q6_K,",
        "F16, 7, F16,",
    })
    void rowsThatAreNoWholeNumberOfBlocksGetSmallerOnes(Quantization wanted, int columns, DType dtype, DType meant) {
        var choice = new TypeChoice(wanted, 4).of("blk.1.ffn_up.weight", Shape.of(1000, columns));
        assertThat(choice.dtype()).isEqualTo(dtype);
        assertThat(choice.insteadOf()).isEqualTo(java.util.Optional.ofNullable(meant));
    }
}
