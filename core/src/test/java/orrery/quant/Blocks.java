package orrery.quant;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import orrery.tensor.DType;

/** Blocks for tests: written out by hand, or encoded. */
final class Blocks {
    private Blocks() {}

    /**
     * A block of zero bytes, with others at some places: {@code "4: ff 01"} puts 255 and 1 at the bytes 4 and 5,
     * {@code "4-7: ff"} puts 255 at the bytes 4 to 7.
     */
    static MemorySegment of(DType dtype, String... places) {
        var bytes = new byte[dtype.blockBytes()];
        for (var place : places) {
            var range = place.substring(0, place.indexOf(':')).split("-");
            var content = HexFormat.of()
                    .parseHex(place.substring(place.indexOf(':') + 1).replace(" ", ""));
            int from = Integer.parseInt(range[0]);
            int to = range.length == 1 ? from + content.length - 1 : Integer.parseInt(range[1]);
            for (int i = from; i <= to; i++) {
                bytes[i] = content[(i - from) % content.length];
            }
        }
        return MemorySegment.ofArray(bytes);
    }

    static float[] decoded(DType dtype, MemorySegment data) {
        var format = BlockFormat.of(dtype);
        var values = new float[(int) (data.byteSize() / dtype.blockBytes()) * dtype.blockElements()];
        for (int at = 0; at < values.length; at += dtype.blockElements()) {
            format.decode(data, dtype.bytes(at), values, at);
        }
        return values;
    }

    static MemorySegment encoded(DType dtype, float... values) {
        var data = MemorySegment.ofArray(new byte[(int) dtype.bytes(values.length)]);
        var format = (WritableFormat) BlockFormat.of(dtype);
        for (int at = 0; at < values.length; at += dtype.blockElements()) {
            format.encode(values, at, data, dtype.bytes(at));
        }
        return data;
    }

    static float[] roundTrip(DType dtype, float... values) {
        return decoded(dtype, encoded(dtype, values));
    }

    static byte[] bytes(MemorySegment data) {
        return data.toArray(ValueLayout.JAVA_BYTE);
    }
}
