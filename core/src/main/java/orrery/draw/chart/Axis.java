package orrery.draw.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * One direction of a chart.
 *
 * @param label what it counts
 * @param unit how its numbers are written
 * @param logarithmic whether equal distances are equal ratios
 * @param from its first number; on a logarithmic axis more than 0
 * @param to its last number
 */
public record Axis(String label, Unit unit, boolean logarithmic, double from, double to) {
    public Axis {
        if (!(from < to) || (logarithmic && from <= 0) || Double.isInfinite(from) || Double.isInfinite(to)) {
            throw new IllegalArgumentException("an axis of " + label + " from " + from + " to " + to
                    + ", expected ascending" + (logarithmic ? " and more than 0" : ""));
        }
    }

    /** How far along a number lies: 0 at the beginning, 1 at the end. */
    public double place(double number) {
        return logarithmic
                ? (Math.log(number) - Math.log(from)) / (Math.log(to) - Math.log(from))
                : (number - from) / (to - from);
    }

    /** Round numbers on it, at most that many, and at least one if there is one. */
    public List<Double> ticks(int most) {
        return logarithmic ? powers(Math.max(2, most)) : multiples(Math.max(2, most));
    }

    private List<Double> powers(int most) {
        if (unit.base() == 2) {
            for (int every = 1; ; every++) {
                var found = powers(Math.pow(2, every), new double[] {1});
                if (found.size() <= most) {
                    return found;
                }
            }
        }
        for (double[] digits : new double[][] {{1, 2, 5}, {1, 3}, {1}}) {
            var found = powers(10, digits);
            if (found.size() <= most) {
                return found;
            }
        }
        for (int every = 2; ; every++) {
            var found = powers(Math.pow(10, every), new double[] {1});
            if (found.size() <= most) {
                return found;
            }
        }
    }

    private List<Double> powers(double base, double[] digits) {
        var found = new ArrayList<Double>();
        int first = (int) Math.floor(Math.log(from) / Math.log(base)) - 1;
        int last = (int) Math.ceil(Math.log(to) / Math.log(base)) + 1;
        for (int power = first; power <= last; power++) {
            for (double digit : digits) {
                double number = digit * Math.pow(base, power);
                if (place(number) >= -1e-9 && place(number) <= 1 + 1e-9) {
                    found.add(number);
                }
            }
        }
        return found;
    }

    private List<Double> multiples(int most) {
        double[] digits = unit.base() == 2 ? new double[] {1, 2, 4, 8} : new double[] {1, 2, 5};
        double ground = unit.base() == 2 ? 16 : 10;
        int power = (int) Math.floor(Math.log((to - from) / most) / Math.log(ground)) - 1;
        while (true) {
            for (double digit : digits) {
                double step = digit * Math.pow(ground, power);
                double steps = Math.floor(to / step + 1e-9) - Math.ceil(from / step - 1e-9);
                if (steps < most) {
                    var found = new ArrayList<Double>();
                    for (double at = Math.ceil(from / step - 1e-9); at <= Math.floor(to / step + 1e-9); at++) {
                        found.add(at * step);
                    }
                    return found;
                }
            }
            power++;
        }
    }
}
