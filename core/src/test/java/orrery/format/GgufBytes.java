package orrery.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the bytes of a GGUF file, valid or not. */
public final class GgufBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Magic, version 3, and the numbers of tensors and keys. */
    public static GgufBytes header(long tensors, long keys) {
        return new GgufBytes().raw("GGUF").integer(3).number(tensors).number(keys);
    }

    public GgufBytes raw(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public GgufBytes bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public GgufBytes zeros(int count) {
        return bytes(new byte[count]);
    }

    public GgufBytes integer(int value) {
        return bytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    public GgufBytes number(long value) {
        return bytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    public GgufBytes text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return number(bytes.length).bytes(bytes);
    }

    GgufBytes key(String key, GgufValue type) {
        return text(key).integer(type.ordinal());
    }

    public GgufBytes key(String key, String value) {
        return key(key, GgufValue.STRING).text(value);
    }

    public GgufBytes key(String key, int value) {
        return key(key, GgufValue.UINT32).integer(value);
    }

    public GgufBytes key(String key, float value) {
        return key(key, GgufValue.FLOAT32).integer(Float.floatToIntBits(value));
    }

    public GgufBytes key(String key, boolean value) {
        return key(key, GgufValue.BOOL).bytes(new byte[] {(byte) (value ? 1 : 0)});
    }

    public GgufBytes key(String key, float... values) {
        key(key, GgufValue.ARRAY).integer(GgufValue.FLOAT32.ordinal()).number(values.length);
        for (float value : values) {
            integer(Float.floatToIntBits(value));
        }
        return this;
    }

    public GgufBytes key(String key, boolean... values) {
        key(key, GgufValue.ARRAY).integer(GgufValue.BOOL.ordinal()).number(values.length);
        for (boolean value : values) {
            bytes(new byte[] {(byte) (value ? 1 : 0)});
        }
        return this;
    }

    public GgufBytes key(String key, int... values) {
        key(key, GgufValue.ARRAY).integer(GgufValue.INT32.ordinal()).number(values.length);
        for (int value : values) {
            integer(value);
        }
        return this;
    }

    /** A tensor's entry in the header, dimensions innermost first. */
    public GgufBytes tensor(String name, int type, long begin, long... dimensions) {
        text(name).integer(dimensions.length);
        for (long dimension : dimensions) {
            number(dimension);
        }
        return integer(type).number(begin);
    }

    /** Zeros up to the next multiple. */
    public GgufBytes aligned(int alignment) {
        return zeros(Math.floorMod(-out.size(), alignment));
    }

    public int size() {
        return out.size();
    }

    public byte[] array() {
        return out.toByteArray();
    }

    public Path to(Path file) {
        try {
            return Files.write(file, array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A whole small file: values of every type, arrays, and tensors of awkward shapes and several types. */
    static byte[] assorted() {
        return header(5, 17)
                .key("general.architecture", "test")
                .key("u8", GgufValue.UINT8)
                .bytes(new byte[] {(byte) 200})
                .key("i8", GgufValue.INT8)
                .bytes(new byte[] {-100})
                .key("u16", GgufValue.UINT16)
                .bytes(new byte[] {(byte) 0xFF, (byte) 0xFF})
                .key("i16", GgufValue.INT16)
                .bytes(new byte[] {0, (byte) 0x80})
                .key("u32", -1)
                .key("i32", GgufValue.INT32)
                .integer(-7)
                .key("f32", GgufValue.FLOAT32)
                .integer(Float.floatToIntBits(1e-5f))
                .key("yes", GgufValue.BOOL)
                .bytes(new byte[] {1})
                .key("u64", GgufValue.UINT64)
                .number(-1)
                .key("i64", GgufValue.INT64)
                .number(-5)
                .key("f64", GgufValue.FLOAT64)
                .number(Double.doubleToLongBits(0.1))
                .key("texts", GgufValue.ARRAY)
                .integer(GgufValue.STRING.ordinal())
                .number(3)
                .text("one")
                .text("")
                .text("drei ½")
                .key("scores", GgufValue.ARRAY)
                .integer(GgufValue.FLOAT32.ordinal())
                .number(2)
                .integer(Float.floatToIntBits(0.1f))
                .integer(Float.floatToIntBits(Float.NEGATIVE_INFINITY))
                .key("types", GgufValue.ARRAY)
                .integer(GgufValue.INT32.ordinal())
                .number(3)
                .integer(1)
                .integer(-2)
                .integer(3)
                .key("flags", GgufValue.ARRAY)
                .integer(GgufValue.BOOL.ordinal())
                .number(2)
                .bytes(new byte[] {0, 1})
                .key(GgufHeader.ALIGNMENT, 64)
                .tensor("vector", 0, 0, 5)
                .tensor("matrix", 1, 64, 3, 2)
                .tensor("quantised", 8, 128, 64, 3)
                .tensor("stacked", 30, 384, 3, 2, 5)
                .tensor("empty", 0, 448, 4, 0)
                .aligned(64)
                .zeros(20)
                .aligned(64)
                .bytes(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
                .aligned(64)
                .zeros(204)
                .aligned(64)
                .zeros(60)
                .aligned(64)
                .array();
    }
}
