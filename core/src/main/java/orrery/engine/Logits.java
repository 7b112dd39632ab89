package orrery.engine;

/** A row of logits. */
final class Logits {
    private Logits() {}

    /**
     * The index of the largest; the lowest of equals.
     *
     * @throws EngineException if one is not a finite number
     */
    static int largest(float[] logits) {
        int largest = 0;
        // A sum of finite floats in double is finite; anything else in it is not. One check a row keeps the loop short.
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += logits[i];
            if (logits[i] > logits[largest]) {
                largest = i;
            }
        }
        if (!Double.isFinite(sum)) {
            throw notFinite(logits);
        }
        return largest;
    }

    private static EngineException notFinite(float[] logits) {
        int at = 0;
        while (Float.isFinite(logits[at])) {
            at++;
        }
        return new EngineException("the model gave the logit " + logits[at] + " to token " + at
                + ", expected a finite number; the weights may be damaged, or outside the range of their type");
    }
}
