package orrery.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import orrery.format.Utf8;

/**
 * Reads a message of Protocol Buffers field by field; supports only what a SentencePiece model needs: varints, floats,
 * bytes, strings and nested messages. Source: the encoding at protobuf.dev.
 */
final class Protobuf {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final byte[] message;
    private final int end;
    private int at;
    private int field;
    private int kind;

    /** The message in the bytes from {@code from} to before {@code to}. */
    Protobuf(byte[] message, int from, int to) {
        this.message = message;
        at = from;
        end = to;
    }

    /** Moves to the next field's value, which then has to be read or skipped; returns false at the end. */
    boolean next() {
        if (at == end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        kind = (int) tag & 7;
        return true;
    }

    /** The number of the field. */
    int field() {
        return field;
    }

    long integer() {
        require(VARINT);
        return varint();
    }

    boolean flag() {
        return integer() != 0;
    }

    float decimal() {
        require(FIXED_32);
        int bits = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            bits |= (next8() & 0xFF) << (Byte.SIZE * i);
        }
        return Float.intBitsToFloat(bits);
    }

    /** A nested message. */
    Protobuf message() {
        require(BYTES);
        int length = length();
        at += length;
        return new Protobuf(message, at - length, at);
    }

    byte[] bytes() {
        Protobuf inner = message();
        return Arrays.copyOfRange(message, inner.at, inner.end);
    }

    String text() {
        byte[] bytes = bytes();
        if (Utf8.invalid(bytes, 0, bytes.length) >= 0) {
            throw new TokenizerException("a text before byte " + at + " is not UTF-8");
        }
        return new String(bytes, UTF_8);
    }

    void skip() {
        switch (kind) {
            case VARINT -> varint();
            case FIXED_64 -> pass(Long.BYTES);
            case BYTES -> pass(length());
            case FIXED_32 -> pass(Integer.BYTES);
            default -> throw new TokenizerException("byte " + at + " begins a field of the unknown kind " + kind);
        }
    }

    private void require(int wanted) {
        if (kind != wanted) {
            throw new TokenizerException(
                    "the field " + field + " before byte " + at + " is of kind " + kind + ", expected " + wanted);
        }
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new TokenizerException("what begins at byte " + at + " should take " + length + " bytes, but "
                    + (end - at) + " follow; the file is truncated or not a SentencePiece model");
        }
        return (int) length;
    }

    private void pass(int count) {
        for (int i = 0; i < count; i++) {
            next8();
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte part = next8();
            value |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new TokenizerException("the number before byte " + at + " has no end; this is not a SentencePiece model");
    }

    private byte next8() {
        if (at == end) {
            throw new TokenizerException("the file ends within a value, at byte " + at);
        }
        return message[at++];
    }
}
