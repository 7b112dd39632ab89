package orrery.quant;

/**
 * Finds a format's number nearest to a value with one table lookup: all these numbers are whole and between -128 and
 * 127, so every border between two of them is a multiple of one half, and nothing changes in between.
 */
final class NearestNumber {
    private static final int BEYOND = 128;

    private final byte[] numbers;
    private final byte[] indices = new byte[4 * BEYOND];

    /** @param numbers if two are equal, the first one is used */
    NearestNumber(byte... numbers) {
        this.numbers = numbers;
        for (int half = 0; half < indices.length; half++) {
            indices[half] = (byte) search(half / 2f - BEYOND + 0.25f);
        }
    }

    private int search(float value) {
        int best = 0;
        for (int i = 1; i < numbers.length; i++) {
            best = Math.abs(numbers[i] - value) < Math.abs(numbers[best] - value) ? i : best;
        }
        return best;
    }

    /** The index of the number nearest to a value. */
    int index(float value) {
        return indices[Math.clamp((int) (2 * (value + BEYOND)), 0, indices.length - 1)];
    }

    /** The number nearest to a value. */
    int number(float value) {
        return numbers[index(value)];
    }
}
