package orrery.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import orrery.format.JsonText.Doubles;

final class JsonTextTest {
    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("some.json"), text);
    }

    @Test
    void whatIsReadIsWrittenAsItWas() throws IOException {
        String text =
                "{\"a\":null,\"b\":[1,-2.5,true,\"é\\\"\"],\"c\":{\"d\":123456789012345678901234567890},\"e\":{}}";

        assertThat(JsonText.of(JsonText.object(file(text)), Doubles.FINITE)).isEqualTo(text);
    }

    @Test
    void whatIsIndentedIsTheSame() throws IOException {
        var object = JsonText.object(file("{\"a\": {\"b\": [1, 2.0]}, \"c\": null}"));

        String indented = JsonText.indented(object, Doubles.FINITE);

        assertThat(indented.lines()).hasSizeGreaterThan(4);
        assertThat(JsonText.object(file(indented))).isEqualTo(object);
    }

    @Test
    void aNumberThatJsonHasNoWordForIsRefusedUnlessNullWillDo() {
        var object = Map.of("a", List.of(Double.NaN));

        assertThatThrownBy(() -> JsonText.of(object, Doubles.FINITE)).hasMessageContaining("no word for NaN");
        assertThatThrownBy(() -> JsonText.of(object, Doubles.SHORT)).hasMessageContaining("no word for NaN");
        assertThat(JsonText.of(object, Doubles.PLAIN)).isEqualTo("{\"a\":[null]}");
    }

    @Test
    void anObjectOfAListIsNamedByItsPlace() throws IOException {
        var metadata = Metadata.readJson(file("{\"a\": [{\"b\": 1}, {\"b\": \"x\"}], \"c\": [3]}"));
        var children = metadata.children("a");

        assertThat(children).hasSize(2);
        assertThat(children.getFirst().integer("b")).isEqualTo(1);
        assertThatThrownBy(() -> children.getLast().integer("b"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("some.json: a[1].b is \"x\" (text), expected an integer");
        assertThatThrownBy(() -> metadata.children("c")).hasMessageContaining("c[0] is 3, expected an object");
        assertThatThrownBy(() -> metadata.children("d"))
                .hasMessageContaining("d is missing, expected a list of objects");
    }
}
