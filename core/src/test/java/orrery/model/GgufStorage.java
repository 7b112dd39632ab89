package orrery.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import orrery.format.GgufBytes;

/** Writes a tensor's elements. */
public interface GgufStorage {
    /** Elements of a block of eight bits. */
    int BLOCK = 32;

    /** ggml's number of the type. */
    int type();

    /** Whether rows of that length of that tensor are stored in this type. */
    boolean takes(String tensor, long columns);

    void write(GgufBytes out, float[] floats);

    GgufStorage FLOATS = new GgufStorage() {
        @Override
        public int type() {
            return 0;
        }

        @Override
        public boolean takes(String tensor, long columns) {
            return true;
        }

        @Override
        public void write(GgufBytes out, float[] floats) {
            var bytes = ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(floats);
            out.bytes(bytes.array());
        }
    };

    /** Q8_0: 32 elements as eight bits of the largest among them. */
    GgufStorage EIGHT_BITS = new GgufStorage() {
        @Override
        public int type() {
            return 8;
        }

        @Override
        public boolean takes(String tensor, long columns) {
            return columns % BLOCK == 0;
        }

        @Override
        public void write(GgufBytes out, float[] floats) {
            for (int block = 0; block < floats.length; block += BLOCK) {
                short half = Float.floatToFloat16(scale(floats, block));
                var bytes = new byte[2 + BLOCK];
                bytes[0] = (byte) half;
                bytes[1] = (byte) (half >> 8);
                for (int i = 0; i < BLOCK; i++) {
                    bytes[2 + i] = (byte) rounded(floats[block + i], scale(floats, block));
                }
                out.bytes(bytes);
            }
        }
    };

    /** The values of {@link #EIGHT_BITS}, as floats. */
    GgufStorage ROUNDED_TO_EIGHT_BITS = new GgufStorage() {
        @Override
        public int type() {
            return FLOATS.type();
        }

        @Override
        public boolean takes(String tensor, long columns) {
            return EIGHT_BITS.takes(tensor, columns);
        }

        @Override
        public void write(GgufBytes out, float[] floats) {
            var kept = new float[floats.length];
            for (int i = 0; i < floats.length; i++) {
                float scale = scale(floats, i / BLOCK * BLOCK);
                kept[i] = scale * rounded(floats[i], scale);
            }
            FLOATS.write(out, kept);
        }
    };

    /** The same except for one tensor. */
    default GgufStorage notFor(String tensor) {
        var all = this;
        return new GgufStorage() {
            @Override
            public int type() {
                return all.type();
            }

            @Override
            public boolean takes(String other, long columns) {
                return !other.equals(tensor) && all.takes(other, columns);
            }

            @Override
            public void write(GgufBytes out, float[] floats) {
                all.write(out, floats);
            }
        };
    }

    private static float scale(float[] floats, int block) {
        float largest = 0;
        for (int i = 0; i < BLOCK; i++) {
            largest = Math.max(largest, Math.abs(floats[block + i]));
        }
        return Float.float16ToFloat(Float.floatToFloat16(largest / 127));
    }

    private static int rounded(float value, float scale) {
        return scale == 0 ? 0 : Math.clamp(Math.round(value / scale), -127, 127);
    }
}
