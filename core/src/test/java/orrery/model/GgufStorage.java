package orrery.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import orrery.format.GgufBytes;

/** Writes a tensor's elements. */
public interface GgufStorage {
    /** ggml's number of the type. */
    int type();

    /** Whether rows so long can be stored so. */
    boolean takes(long columns);

    void write(GgufBytes out, float[] floats);

    GgufStorage FLOATS = new GgufStorage() {
        @Override
        public int type() {
            return 0;
        }

        @Override
        public boolean takes(long columns) {
            return true;
        }

        @Override
        public void write(GgufBytes out, float[] floats) {
            var bytes = ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(floats);
            out.bytes(bytes.array());
        }
    };

    /** 32 elements as eight bits of the largest among them. */
    GgufStorage EIGHT_BITS = new GgufStorage() {
        @Override
        public int type() {
            return 8;
        }

        @Override
        public boolean takes(long columns) {
            return columns % 32 == 0;
        }

        @Override
        public void write(GgufBytes out, float[] floats) {
            for (int block = 0; block < floats.length; block += 32) {
                float largest = 0;
                for (int i = 0; i < 32; i++) {
                    largest = Math.max(largest, Math.abs(floats[block + i]));
                }
                float scale = Float.float16ToFloat(Float.floatToFloat16(largest / 127));
                short half = Float.floatToFloat16(scale);
                var bytes = new byte[34];
                bytes[0] = (byte) half;
                bytes[1] = (byte) (half >> 8);
                for (int i = 0; i < 32; i++) {
                    bytes[2 + i] = (byte) Math.clamp(scale == 0 ? 0 : Math.round(floats[block + i] / scale), -127, 127);
                }
                out.bytes(bytes);
            }
        }
    };
}
