package orrery.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.Objects;

/**
 * An array of numbers or flags as the bytes of a GGUF file: a vocabulary has one of 260,000 scores, which would take
 * six times the space as objects.
 */
final class PackedList extends AbstractList<Object> {
    private final GgufValue type;
    private final ByteBuffer bytes;

    /** @param bytes whole values of a fixed-size type, little-endian; not copied */
    PackedList(GgufValue type, byte[] bytes) {
        this.type = type;
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public Object get(int index) {
        return type.read(bytes, Objects.checkIndex(index, size()) * type.bytes());
    }

    @Override
    public int size() {
        return bytes.capacity() / type.bytes();
    }

    GgufValue type() {
        return type;
    }

    /** The values, if {@link GgufValue#fitsInt} holds. */
    int[] integers() {
        var values = new int[size()];
        if (type == GgufValue.INT32) {
            bytes.asIntBuffer().get(values);
            return values;
        }
        for (int i = 0; i < values.length; i++) {
            int at = i * type.bytes();
            values[i] = switch (type) {
                case UINT8 -> bytes.get(at) & 0xFF;
                case INT8 -> bytes.get(at);
                case UINT16 -> bytes.getShort(at) & 0xFFFF;
                case INT16 -> bytes.getShort(at);
                case INT32 -> bytes.getInt(at);
                case UINT32, FLOAT32, BOOL, STRING, ARRAY, UINT64, INT64, FLOAT64 ->
                    throw new IllegalStateException(type + " may not fit");
            };
        }
        return values;
    }

    /** The FLOAT32 values, bit for bit. */
    float[] floats() {
        var values = new float[size()];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
