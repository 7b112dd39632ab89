package orrery.format;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * The types of GGUF's metadata values, in the order of their numbers in a file. Source: the GGUF specification in
 * github.com/ggml-org/ggml.
 */
enum GgufValue {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    BOOL(1),
    STRING(0),
    ARRAY(0),
    UINT64(8),
    INT64(8),
    FLOAT64(8);

    private static final GgufValue[] ALL = values();

    private final int bytes;

    GgufValue(int bytes) {
        this.bytes = bytes;
    }

    /** Whether it is a type's number. */
    static boolean isKnown(int number) {
        return number >= 0 && number < ALL.length;
    }

    /** The type with a known number. */
    static GgufValue of(int number) {
        return ALL[number];
    }

    /** Bytes of one value; 0 if they vary. */
    int bytes() {
        return bytes;
    }

    /** Whether every value is an integer that fits into an int. */
    boolean fitsInt() {
        return switch (this) {
            case UINT8, INT8, UINT16, INT16, INT32 -> true;
            case UINT32, FLOAT32, BOOL, STRING, ARRAY, UINT64, INT64, FLOAT64 -> false;
        };
    }

    /**
     * One value of a fixed size as {@link Metadata} stores it: Long, or BigInteger if that is too small, Double or
     * Boolean. A float becomes the shortest decimal that rounds to it, so that {@code 1e-5} is the number that a
     * config.json would contain.
     */
    Object read(ByteBuffer bytes, int at) {
        return switch (this) {
            case UINT8 -> (long) (bytes.get(at) & 0xFF);
            case INT8 -> (long) bytes.get(at);
            case UINT16 -> (long) (bytes.getShort(at) & 0xFFFF);
            case INT16 -> (long) bytes.getShort(at);
            case UINT32 -> bytes.getInt(at) & 0xFFFF_FFFFL;
            case INT32 -> (long) bytes.getInt(at);
            case UINT64 -> unsigned(bytes.getLong(at));
            case INT64 -> bytes.getLong(at);
            case FLOAT32 -> Double.parseDouble(Float.toString(bytes.getFloat(at)));
            case FLOAT64 -> bytes.getDouble(at);
            case BOOL -> bytes.get(at) != 0;
            case STRING, ARRAY -> throw new IllegalStateException(this + " has no fixed size");
        };
    }

    private static Object unsigned(long value) {
        return value < 0 ? new BigInteger(Long.toUnsignedString(value)) : value;
    }
}
