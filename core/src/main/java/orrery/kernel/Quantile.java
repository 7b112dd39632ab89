package orrery.kernel;

/** The quantile function of the normal distribution. */
public final class Quantile {
    private Quantile() {}

    /**
     * The value below which a standard normal variable is with probability {@code share}, to 1e-12.
     *
     * @param share more than 0, less than 1
     */
    public static double ofNormal(double share) {
        double low = -40;
        double high = 40;
        while (high - low > 1e-13 * Math.max(1, Math.abs(low))) {
            double middle = (low + high) / 2;
            if (middle == low || middle == high) {
                break;
            }
            if (Activations.normalShareBelow(middle) < share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
