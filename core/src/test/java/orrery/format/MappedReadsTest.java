package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import orrery.tensor.DType;
import orrery.tensor.Tensor;

final class MappedReadsTest {
    @TempDir
    Path directory;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not truncate a mapped file")
    void saysThatTheFileChangedWhenItShrinksWhileItIsOpen() throws IOException {
        Path path = directory.resolve("model.safetensors");
        SafetensorsWriter.write(path, Map.of("a", Tensors.counting(DType.U8, 100_000)));
        try (Safetensors file = Safetensors.open(path)) {
            Tensor tensor = Tensors.named(file.tensors(), "a");
            assertThat(MappedReads.reading(path, () -> Tensors.bytes(tensor))).hasSize(100_000);
            try (RandomAccessFile shorter = new RandomAccessFile(path.toFile(), "rw")) {
                shorter.setLength(100);
            }
            assertThatThrownBy(() -> MappedReads.reading(path, () -> Tensors.bytes(tensor)))
                    .isInstanceOf(FormatException.class)
                    .hasMessage("could not read " + path + ": the file changed while it was open, or the disk failed");
        }
    }

    @Test
    void passesOtherErrorsUnchanged() {
        InternalError unrelated = new InternalError("something else");
        InternalError silent = new InternalError();
        assertThatThrownBy(() -> MappedReads.reading(directory, () -> {
                    throw unrelated;
                }))
                .isSameAs(unrelated);
        assertThatThrownBy(() -> MappedReads.reading(directory, () -> {
                    throw silent;
                }))
                .isSameAs(silent);
    }
}
