package orrery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Parses lists of numbers. */
final class NumberLists {
    /** The number of digits is limited, so that no range is too long to expand. */
    private static final Pattern RANGE = Pattern.compile("\\s*(\\d{1,5})\\s*(?:-\\s*(\\d{1,5})\\s*)?");

    private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,9})\\s*");

    private NumberLists() {}

    static List<Integer> layers(String text) {
        var layers = new ArrayList<Integer>();
        for (var part : text.split(",", -1)) {
            var match = RANGE.matcher(part);
            if (!match.matches()) {
                throw new CatalogException("the layers \"" + text
                        + "\" of a slice are not a list of numbers and ranges, expected one such as 0-19,25-34");
            }
            int first = Integer.parseInt(match.group(1));
            int last = match.group(2) == null ? first : Integer.parseInt(match.group(2));
            Slice.Chosen.requireAfter(layers.isEmpty() ? -1 : layers.getLast(), first);
            if (last < first) {
                throw new CatalogException("the layers " + part.strip() + " of a slice are in descending order");
            }
            for (int layer = first; layer <= last; layer++) {
                layers.add(layer);
            }
        }
        return layers;
    }

    static List<Integer> widths(String text) {
        var widths = new ArrayList<Integer>();
        for (var part : text.split(",", -1)) {
            var match = NUMBER.matcher(part);
            if (!match.matches()) {
                throw new CatalogException("the feed-forward widths \"" + text
                        + "\" of a slice are not a list of numbers, expected one such as 8192 or 8192,16384");
            }
            widths.add(Integer.parseInt(match.group(1)));
        }
        return widths;
    }
}
