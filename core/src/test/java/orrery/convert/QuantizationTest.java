package orrery.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import orrery.quant.RowEncoder;

class QuantizationTest {
    @Test
    void isFoundByItsNameInAnyCase() {
        assertThat(Quantization.named("q4_k_m")).isEqualTo(Quantization.Q4_K_M);
        assertThat(Quantization.named("IQ4_nl")).isEqualTo(Quantization.IQ4_NL);
        assertThatThrownBy(() -> Quantization.named("q3_k"))
                .isInstanceOf(ConvertException.class)
                .hasMessage(
                        "there is no type \"q3_k\", expected one of f32, f16, bf16, q8_0, q6_k, q5_k_m, q5_k_s, q5_k, q5_1,"
                                + " q5_0, q4_k_m, q4_k_s, q4_k, q4_1, q4_0, iq4_nl, mxfp4");
    }

    @Test
    void allCanBeWrittenAndAreDescribed() {
        assertThat(Quantization.all()).allSatisfy(one -> {
            assertThat(RowEncoder.writes(one.dtype())).isTrue();
            assertThat(one.description()).isNotBlank();
        });
        assertThat(Quantization.all().stream().filter(Quantization::mixed).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        Quantization.Q4_K_S, Quantization.Q4_K_M, Quantization.Q5_K_S, Quantization.Q5_K_M);
    }
}
